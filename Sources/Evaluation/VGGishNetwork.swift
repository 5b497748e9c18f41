package import Kernels
package import ModelStore

/// VGGish network (arXiv 1609.09430) with the structure of its PyTorch port: six convolutions with four poolings, three
/// linear layers.
///
/// The last layer has no rectifier and no whitening, as in the VampNet paper (`use_activation` and `use_pca` off in the
/// frechet_audio_distance package). The file gives the widths of the layers.
package struct VGGishNetwork {
  /// Widths of the layers.
  package let configuration: VGGishConfiguration
  private let convolutions: [ImageConvolution]
  private let linears: [LinearWeights]
  private let context: ComputeContext

  /// Number of examples computed at a time, which bounds the memory: the first layers take 2 MB per example.
  private static let batchSize = 8

  /// Creates the network from a model file.
  ///
  /// - Throws: `ModelError` where the file does not hold a VGGish, or a tensor is missing, surplus, of the wrong shape
  ///   or element type, or not finite.
  package init(_ file: ModelFile, context: ComputeContext) throws {
    let configuration = try file.vggishConfiguration()
    let tensors = Tensors(file.weights)
    var width = 1
    convolutions = try configuration.channelCounts.enumerated().map { index, channelCount in
      let name = "features.\(VGGishConfiguration.convolutionIndices[index])"
      defer { width = channelCount }
      return ImageConvolution(
        try tensors.floats(name + ".weight", shape: [channelCount, width, 3, 3]),
        bias: try tensors.floats(name + ".bias", shape: [channelCount]), inputChannelCount: width,
        pools: VGGishConfiguration.pooledConvolutions.contains(index), context: context)
    }
    width = configuration.flattenedSize
    let sizes = configuration.hiddenSizes + [configuration.embeddingSize]
    linears = try zip(VGGishConfiguration.linearIndices, sizes).map { index, size in
      let name = "embeddings.\(index)"
      defer { width = size }
      return LinearWeights(
        rowsOfOutputs: try tensors.floats(name + ".weight", shape: [size, width]), depth: width,
        bias: try tensors.floats(name + ".bias", shape: [size]), context: context)
    }
    try tensors.finish()
    (self.configuration, self.context) = (configuration, context)
  }

  /// Computes embeddings `[example, value]` from examples `[example, frame, band]`.
  package func embeddings(of examples: [Float]) -> [Float] {
    let size = VGGishConfiguration.frameCount * VGGishConfiguration.bandCount
    return stride(from: 0, to: examples.count, by: Self.batchSize * size).flatMap { start in
      var images = ImageStack(
        Array(examples[start..<min(examples.count, start + Self.batchSize * size)]),
        height: VGGishConfiguration.frameCount, width: VGGishConfiguration.bandCount)
      for convolution in convolutions { images = convolution.apply(to: images, context: context) }
      var rows = images.flattened()
      for (index, linear) in linears.enumerated() {
        if index > 0 { rows.rectify() }
        let output = FloatRows(channelCount: linear.columnCount)
        linear.apply(to: rows, into: output, context: context)
        rows = output
      }
      return rows.values
    }
  }
}
