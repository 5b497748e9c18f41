internal import CKernels

/// Convolution of 3 × 3 pixels with zero padding, followed by a rectifier and an optional 2 × 2 maximum pooling.
public struct ImageConvolution: Sendable {
  private let weights: LinearWeights
  private let inputChannelCount: Int
  private let pools: Bool

  /// Convolution with the given weights.
  ///
  /// - Parameters:
  ///   - values: Weights `[out, in, 3, 3]`, as PyTorch stores them.
  ///   - bias: Bias `[out]`.
  ///   - inputChannelCount: Number of input channels.
  ///   - pools: Whether pooling halves height and width; pooling ignores an odd last line or column.
  ///   - context: Context for whose instruction set the weights are packed.
  /// - Precondition: `values` has `9 · out · in` elements.
  public init(_ values: [Float], bias: [Float], inputChannelCount: Int, pools: Bool, context: ComputeContext) {
    precondition(values.count == bias.count * inputChannelCount * 9, "convolution weights do not fit")
    // Reorders [out, in, y, x] to [y, x, in, out].
    var ordered = [Float](repeating: 0, count: values.count)
    for output in 0..<bias.count {
      for input in 0..<inputChannelCount {
        for tap in 0..<9 {
          ordered[(tap * inputChannelCount + input) * bias.count + output] =
            values[(output * inputChannelCount + input) * 9 + tap]
        }
      }
    }
    weights = LinearWeights(
      ordered, depth: 9 * inputChannelCount, columnCount: bias.count, depthStride: bias.count, columnStride: 1,
      bias: bias, context: context)
    self.inputChannelCount = inputChannelCount
    self.pools = pools
  }

  /// Number of channels of an output pixel.
  public var outputChannelCount: Int { weights.columnCount }

  /// Convolves, rectifies and optionally pools all images.
  ///
  /// - Precondition: the images have the convolution's input channels, and two or more lines and columns for pooling.
  public func apply(to images: ImageStack, context: ComputeContext) -> ImageStack {
    precondition(images.channelCount == inputChannelCount, "convolution does not fit")
    let convolved = convolve(images, context: context)
    let step = pools ? 2 : 1
    let result = ImageStack(
      imageCount: images.imageCount, height: images.height / step, width: images.width / step,
      channelCount: outputChannelCount)
    let (source, target) = (convolved.pointer, result.rows.pointer)
    let (channelCount, sourceWidth) = (outputChannelCount, images.paddedWidth)
    context.parallel(result.imageCount * result.height) { line, _ in
      let (image, y) = (line / result.height, line % result.height)
      for x in 0..<result.width {
        let from = source + (image * images.paddedSize + y * step * sourceWidth + x * step) * channelCount
        let to = target + (image * result.paddedSize + (y + 1) * result.paddedWidth + x + 1) * channelCount
        for channel in 0..<channelCount { to[channel] = max(0, from[channel]) }
        guard pools else { continue }
        for offset in [1, sourceWidth, sourceWidth + 1] {
          let other = from + offset * channelCount
          for channel in 0..<channelCount { to[channel] = max(to[channel], other[channel]) }
        }
      }
    }
    return result
  }

  /// Computes the convolution without rectifier. The result for a pixel is in the row that the pixel's upper left
  /// neighbour has in `images`.
  ///
  /// All images form one convolution of contiguous rows. Where the 3 × 3 pixels are not all inside one image with its
  /// border, the row is meaningless, and no caller reads the row.
  private func convolve(_ images: ImageStack, context: ComputeContext) -> FloatRows {
    let convolved = FloatRows(channelCount: outputChannelCount)
    // The last 3 × 3 pixels start two lines and two pixels before the last pixel.
    let count = images.rows.count - 2 * images.paddedWidth - 2
    let target = convolved.appendUninitialised(count)
    let source = images.rows.pointer
    let blocks = RowBlocks(
      rows: count, channels: max(inputChannelCount, outputChannelCount), threadCount: context.threadCount)
    context.parallel(blocks.count) { block, _ in
      let range = blocks[block]
      var job = CKConvolution()
      job.input = UnsafePointer(source + range.lowerBound * inputChannelCount)
      job.inputRowStride = inputChannelCount
      // Three neighbouring pixels of a line form one deep tap.
      job.tapCount = 3
      job.depth = 3 * inputChannelCount
      job.tapStride = images.paddedWidth * inputChannelCount
      job.weights = UnsafePointer(weights.packed)
      job.bias = UnsafePointer(weights.bias)
      job.output = target + range.lowerBound * outputChannelCount
      job.outputRowStride = outputChannelCount
      job.rows = range.count
      job.columns = outputChannelCount
      context.kernels.convolve(&job)
    }
    return convolved
  }
}
