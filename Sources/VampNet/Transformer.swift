import Kernels
import ModelStore

/// Transformer of VampNet on activations `[T, D]`, T frames of dimension D.
///
/// Each layer has self-attention and a gated feed-forward network, each with an RMSNorm before and a skip connection
/// around it.
struct Transformer: Sendable {
  private let layers: [Layer]
  private let finalNorm: [Float]
  private let attention: SelfAttention
  private let positionBias: RelativePositionBias

  private struct Layer {
    let attentionNorm: [Float]
    /// Projection to queries, keys and values, side by side.
    let queriesKeysValues: MappedLinear
    let attentionOutput: MappedLinear
    let feedForwardNorm: [Float]
    let feedForwardInput: MappedLinear
    let feedForwardOutput: MappedLinear
  }

  private static let epsilon: Float = 1e-6

  init(_ configuration: VampNetConfiguration, _ tensors: Tensors) throws {
    let dimension = configuration.embeddingDim
    func linear(_ names: String..., from inputs: Int, to outputs: Int) throws -> MappedLinear {
      MappedLinear(try names.map { try tensors.weightRows($0 + ".weight", depth: inputs, rowCount: outputs) })
    }
    layers = try (0..<configuration.layerCount).map { index in
      let name = "transformer.layers.\(index)"
      let attention = name + ".self_attn."
      return Layer(
        attentionNorm: try tensors.floats(name + ".norm_1.weight", shape: [dimension]),
        queriesKeysValues: try linear(
          attention + "w_qs", attention + "w_ks", attention + "w_vs", from: dimension, to: dimension),
        attentionOutput: try linear(attention + "fc", from: dimension, to: dimension),
        feedForwardNorm: try tensors.floats(name + ".norm_3.weight", shape: [dimension]),
        feedForwardInput: try linear(name + ".feed_forward.w_1", from: dimension, to: 4 * dimension),
        feedForwardOutput: try linear(name + ".feed_forward.w_2", from: 2 * dimension, to: dimension))
    }
    finalNorm = try tensors.floats("transformer.norm.weight", shape: [dimension])
    attention = SelfAttention(headCount: configuration.headCount)
    positionBias = RelativePositionBias(
      table: try tensors.floats(
        "transformer.layers.0.self_attn.relative_attention_bias.weight",
        shape: [RelativePositionBias.bucketCount, configuration.headCount]),
      headCount: configuration.headCount)
  }

  /// Runs all layers over `workspace.activations` and writes the normalised result to `workspace.normalised`.
  ///
  /// - Parameters:
  ///   - workspace: Memory for the activations.
  ///   - contextFrameCount: Number of frames before and after a frame that the frame attends to; nil for all frames of
  ///     the window.
  ///   - context: Threads and instruction set of the computation.
  func apply(_ workspace: Workspace, contextFrameCount: Int?, context: ComputeContext) {
    let bias = workspace.bias(
      frameCount: workspace.activations.count, contextFrameCount: contextFrameCount, of: positionBias)
    for layer in layers {
      normalise(workspace, layer.attentionNorm, context)
      layer.queriesKeysValues.apply(
        to: workspace.normalised, into: workspace.queriesKeysValues, context: context)
      attention.apply(to: workspace.queriesKeysValues, bias: bias, into: workspace.attended, context: context)
      layer.attentionOutput.apply(
        to: workspace.attended, into: workspace.next, adding: workspace.activations, context: context)
      workspace.swapActivations()

      normalise(workspace, layer.feedForwardNorm, context)
      layer.feedForwardInput.apply(to: workspace.normalised, into: workspace.expanded, context: context)
      workspace.expanded.gateWithGELU(into: workspace.gated, context: context)
      layer.feedForwardOutput.apply(
        to: workspace.gated, into: workspace.next, adding: workspace.activations, context: context)
      workspace.swapActivations()
    }
    normalise(workspace, finalNorm, context)
  }

  private func normalise(_ workspace: Workspace, _ weight: [Float], _ context: ComputeContext) {
    workspace.activations.rmsNormalise(
      into: workspace.normalised, weight: weight, epsilon: Self.epsilon, context: context)
  }

  /// Memory for the activations of one window, reused by later calls.
  final class Workspace {
    private(set) var activations: FloatRows
    private(set) var next: FloatRows
    let normalised: FloatRows
    let queriesKeysValues: FloatRows
    let attended: FloatRows
    let expanded: FloatRows
    let gated: FloatRows
    private var biasFrameCount = 0
    private var biasContext: Int?
    private var biasValues: [Float] = []

    init(dimension: Int) {
      activations = FloatRows(channelCount: dimension)
      next = FloatRows(channelCount: dimension)
      normalised = FloatRows(channelCount: dimension)
      queriesKeysValues = FloatRows(channelCount: 3 * dimension)
      attended = FloatRows(channelCount: dimension)
      expanded = FloatRows(channelCount: 4 * dimension)
      gated = FloatRows(channelCount: 2 * dimension)
    }

    func swapActivations() { swap(&activations, &next) }

    func bias(frameCount: Int, contextFrameCount: Int?, of positionBias: RelativePositionBias) -> [Float] {
      if frameCount != biasFrameCount || contextFrameCount != biasContext {
        (biasFrameCount, biasContext) = (frameCount, contextFrameCount)
        biasValues = positionBias.values(frameCount: frameCount, contextFrameCount: contextFrameCount)
      }
      return biasValues
    }
  }
}
