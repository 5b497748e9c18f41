import Kernels
import ModelStore

/// Encoder of DAC and LAC: a convolution, downsampling blocks, a convolution to the latent.
///
/// A downsampling block has three residual units and a strided convolution that doubles the channels.
struct DACEncoder: Sendable {
  private let first: Convolution
  private let blocks: [Block]
  private let last: Convolution

  private struct Block {
    let units: [ResidualUnit]
    let downsampling: Convolution
  }

  init(_ configuration: CodecConfiguration, _ layers: LayerLoader) throws {
    var width = configuration.encoderDim
    first = try layers.convolution("encoder.block.0", from: 1, to: width, kernelSize: 7, padding: 3)
    blocks = try configuration.encoderRates.enumerated().map { index, stride in
      let name = "encoder.block.\(index + 1).block"
      let units = try ResidualUnit.dilations.enumerated().map {
        try layers.residualUnit("\(name).\($0)", channelCount: width, dilation: $1)
      }
      let downsampling = try layers.convolution(
        "\(name).4", from: width, to: 2 * width, kernelSize: 2 * stride, stride: stride,
        padding: stridePadding(stride, of: configuration.kind),
        after: try layers.snake("\(name).3", channelCount: width))
      width *= 2
      return Block(units: units, downsampling: downsampling)
    }
    let end = configuration.encoderRates.count + 1
    last = try layers.convolution(
      "encoder.block.\(end + 1)", from: width, to: configuration.latentDim, kernelSize: 3, padding: 1,
      after: try layers.snake("encoder.block.\(end)", channelCount: width))
  }

  func makeStream(edges: InputEdges) -> any LayerStream {
    let middle = blocks.flatMap { block in
      block.units.map { $0.makeStream(edges: edges) } + [ConvolutionStream(block.downsampling, edges: edges)]
    }
    return LayerSequence(
      [ConvolutionStream(first, edges: edges)] + middle + [ConvolutionStream(last, edges: edges)])
  }
}
