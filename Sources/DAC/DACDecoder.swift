import Kernels
import ModelStore

/// Decoder of DAC, which mirrors the encoder: a convolution, upsampling blocks, a convolution to one channel, tanh.
///
/// An upsampling block has a transposed convolution and three residual units.
struct DACDecoder: LatentDecoder {
  private let first: Convolution
  private let blocks: [Block]
  private let last: Convolution

  private struct Block {
    let upsampling: TransposedConvolution
    let units: [ResidualUnit]
  }

  init(_ configuration: CodecConfiguration, _ layers: LayerLoader) throws {
    first = try layers.convolution(
      "decoder.model.0", from: configuration.latentDim, to: configuration.decoderDim, kernelSize: 7, padding: 3)
    var width = configuration.decoderDim
    blocks = try configuration.decoderRates.enumerated().map { index, stride in
      let name = "decoder.model.\(index + 1).block"
      let upsampling = try layers.transposedConvolution(
        "\(name).1", from: width, to: width / 2, stride: stride, padding: stridePadding(stride, of: .dac),
        after: try layers.snake("\(name).0", channelCount: width))
      width /= 2
      let units = try ResidualUnit.dilations.enumerated().map {
        try layers.residualUnit("\(name).\($0 + 2)", channelCount: width, dilation: $1)
      }
      return Block(upsampling: upsampling, units: units)
    }
    let end = configuration.decoderRates.count + 1
    last = try layers.convolution(
      "decoder.model.\(end + 1)", from: width, to: 1, kernelSize: 7, padding: 3,
      after: try layers.snake("decoder.model.\(end)", channelCount: width), endsInTanh: true)
  }

  func makeStream(edges: InputEdges) -> any LayerStream {
    let middle = blocks.flatMap { block in
      [TransposedConvolutionStream(block.upsampling, edges: edges)] + block.units.map { $0.makeStream(edges: edges) }
    }
    return LayerSequence(
      [ConvolutionStream(first, edges: edges)] + middle + [ConvolutionStream(last, edges: edges)])
  }
}
