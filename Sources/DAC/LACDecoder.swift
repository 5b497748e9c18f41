import Kernels
import ModelStore

/// Decoder of LAC, the codec in VampNet's published checkpoint.
///
/// Each transposed convolution is followed by the mean of three residual branches of kernel sizes 3, 7 and 11:
/// HiFi-GAN's multi-receptive-field fusion (arXiv 2010.05646) with snake.
struct LACDecoder: LatentDecoder {
  private let first: Convolution
  private let blocks: [Block]
  private let last: Convolution

  private struct Block {
    let upsampling: TransposedConvolution
    let branches: [[Layer]]
  }

  /// Residual layer: x + convolution(snake(dilated convolution(snake(x)))).
  private struct Layer {
    let dilated: Convolution
    let plain: Convolution
  }

  private static let kernelSizes = [3, 7, 11]
  private static let dilations = [1, 3, 5]

  init(_ configuration: CodecConfiguration, _ layers: LayerLoader) throws {
    first = try layers.convolution(
      "decoder.model.0", from: configuration.latentDim, to: configuration.decoderDim, kernelSize: 7, padding: 3)
    var width = configuration.decoderDim
    blocks = try configuration.decoderRates.enumerated().map { index, stride in
      let name = "decoder.model.\(index + 1).block"
      let upsampling = try layers.transposedConvolution(
        "\(name).1", from: width, to: width / 2, stride: stride, padding: stridePadding(stride, of: .lac),
        after: try layers.snake("\(name).0", channelCount: width))
      width /= 2
      let branches = try Self.kernelSizes.enumerated().map { branch, kernelSize in
        try Self.dilations.enumerated().map {
          try Self.layer(
            "\(name).2.mrf_blocks.\(branch).block.\($0).layer", width: width, kernelSize: kernelSize, dilation: $1,
            layers)
        }
      }
      return Block(upsampling: upsampling, branches: branches)
    }
    let end = configuration.decoderRates.count + 1
    last = try layers.convolution(
      "decoder.model.\(end + 1)", from: width, to: 1, kernelSize: 7, padding: 3,
      after: try layers.snake("decoder.model.\(end)", channelCount: width), endsInTanh: true)
  }

  private static func layer(
    _ name: String, width: Int, kernelSize: Int, dilation: Int, _ layers: LayerLoader
  ) throws -> Layer {
    let padding = (kernelSize - 1) / 2
    return Layer(
      dilated: try layers.convolution(
        name + ".1", from: width, to: width, kernelSize: kernelSize, dilation: dilation, padding: padding * dilation,
        after: try layers.snake(name + ".0", channelCount: width)),
      plain: try layers.convolution(
        name + ".3", from: width, to: width, kernelSize: kernelSize, padding: padding,
        after: try layers.snake(name + ".2", channelCount: width)))
  }

  /// Creates the decoder of a new stream.
  ///
  /// - Precondition: `edges` are padded; otherwise branches of different kernel sizes would differ in length.
  func makeStream(edges: InputEdges) -> any LayerStream {
    precondition(edges == .padded, "LAC decodes with padding only")
    let middle = blocks.flatMap { block -> [any LayerStream] in
      let branches = block.branches.map { branch in
        LayerSequence(
          branch.map { layer in
            SkipConnectionStream(
              around: LayerSequence([ConvolutionStream(layer.dilated), ConvolutionStream(layer.plain)]),
              channelCount: block.upsampling.outputChannelCount)
          })
      }
      return [
        TransposedConvolutionStream(block.upsampling),
        BranchMeanStream(branches, channelCount: block.upsampling.outputChannelCount),
      ]
    }
    return LayerSequence([ConvolutionStream(first)] + middle + [ConvolutionStream(last)])
  }
}
