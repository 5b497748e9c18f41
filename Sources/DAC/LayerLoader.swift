import Kernels
import ModelStore

/// Loader of codec layers, whose tensors are named as in the published Python classes.
struct LayerLoader {
  let tensors: Tensors
  let context: ComputeContext

  func snake(_ name: String, channelCount: Int) throws -> SnakeActivation {
    SnakeActivation(alpha: try tensors.floats(name + ".alpha", shape: [1, channelCount, 1]))
  }

  func convolution(
    _ name: String, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1,
    padding: Int, after snake: SnakeActivation? = nil, endsInTanh: Bool = false
  ) throws -> Convolution {
    Convolution(
      try tensors.weightNormalised(name, shape: [outputs, inputs, kernelSize]),
      bias: try tensors.floats(name + ".bias", shape: [outputs]), inputChannelCount: inputs, kernelSize: kernelSize,
      stride: stride, dilation: dilation, padding: padding, after: snake, endsInTanh: endsInTanh, context: context)
  }

  func transposedConvolution(
    _ name: String, from inputs: Int, to outputs: Int, stride: Int, padding: Int, after snake: SnakeActivation
  ) throws -> TransposedConvolution {
    TransposedConvolution(
      try tensors.weightNormalised(name, shape: [inputs, outputs, 2 * stride]),
      bias: try tensors.floats(name + ".bias", shape: [outputs]), inputChannelCount: inputs, stride: stride,
      padding: padding, after: snake, context: context)
  }

  /// Loads a linear layer that is stored as a weight-normalised convolution of kernel size 1.
  ///
  /// - Throws: `ModelError` if a tensor is missing, has the wrong shape or values, or has a row of norm 0.
  func linear(_ name: String, from inputs: Int, to outputs: Int) throws -> LinearWeights {
    LinearWeights(
      rowsOfOutputs: try tensors.weightNormalised(name, shape: [outputs, inputs, 1]), depth: inputs,
      bias: try tensors.floats(name + ".bias", shape: [outputs]), context: context)
  }

  func residualUnit(_ name: String, channelCount: Int, dilation: Int) throws -> ResidualUnit {
    ResidualUnit(
      wide: try convolution(
        name + ".block.1", from: channelCount, to: channelCount, kernelSize: 7, dilation: dilation,
        padding: 3 * dilation, after: try snake(name + ".block.0", channelCount: channelCount)),
      pointwise: try convolution(
        name + ".block.3", from: channelCount, to: channelCount, kernelSize: 1, padding: 0,
        after: try snake(name + ".block.2", channelCount: channelCount)))
  }
}

/// Returns the number of padding rows at either end of strided and transposed convolutions: ⌈stride/2⌉ in DAC
/// (`dac/model/dac.py`), ⌊stride/2⌋ in LAC (`lac/model/lac.py`).
func stridePadding(_ stride: Int, of kind: CodecConfiguration.Kind) -> Int {
  kind == .dac ? (stride + 1) / 2 : stride / 2
}
