internal import CKernels

/// Images of one size and a border of one zero pixel, `[N, H + 2, W + 2, C]`: what convolutions of 3 × 3 read.
public final class ImageStack {
  public let imageCount: Int
  /// Without the border, as `width`.
  public let height: Int
  public let width: Int
  public var channelCount: Int { rows.channelCount }
  /// A row for each pixel.
  fileprivate let rows: FloatRows

  fileprivate var paddedWidth: Int { width + 2 }
  fileprivate var paddedSize: Int { (height + 2) * paddedWidth }

  /// Images that are zero.
  fileprivate init(imageCount: Int, height: Int, width: Int, channelCount: Int) {
    precondition(imageCount > 0 && height > 0 && width > 0, "empty images")
    (self.imageCount, self.height, self.width) = (imageCount, height, width)
    rows = FloatRows(channelCount: channelCount)
    rows.appendZeros(imageCount * paddedSize)
  }

  /// Images of one channel, `[N, H, W]`.
  ///
  /// - Precondition: `values` are those of at least one whole image.
  public convenience init(_ values: [Float], height: Int, width: Int) {
    precondition(height > 0 && width > 0 && values.count % (height * width) == 0, "values do not fill images")
    self.init(imageCount: values.count / (height * width), height: height, width: width, channelCount: 1)
    let target = rows.pointer
    for (index, value) in values.enumerated() { target[paddedIndex(index / width % height, index)] = value }
  }

  /// The row of a pixel that has place `index` without borders, `y` being its line.
  private func paddedIndex(_ y: Int, _ index: Int) -> Int {
    index / (height * width) * paddedSize + (y + 1) * paddedWidth + 1 + index % width
  }

  /// Each image as one row, `[N, H · W · C]`.
  public func flattened() -> FloatRows {
    let length = width * channelCount
    let result = FloatRows(channelCount: height * length)
    let target = result.appendUninitialised(imageCount)
    for line in 0..<imageCount * height {
      let source = rows.pointer + paddedIndex(line % height, line * width) * channelCount
      (target + line * length).update(from: source, count: length)
    }
    return result
  }
}

/// A convolution of 3 × 3 pixels with zeros around the image, followed by a rectifier and, if wanted, the greatest of each
/// 2 × 2 pixels.
public struct ImageConvolution: Sendable {
  private let weights: LinearWeights
  private let inputChannelCount: Int
  private let pools: Bool

  /// - Parameters:
  ///   - values: weights `[out, in, 3, 3]`, as PyTorch stores them.
  ///   - bias: `[out]`.
  ///   - pools: whether height and width are halved; an odd last line or column is left out.
  public init(_ values: [Float], bias: [Float], inputChannelCount: Int, pools: Bool, context: ComputeContext) {
    precondition(values.count == bias.count * inputChannelCount * 9, "convolution weights do not fit")
    // [out, in, y, x] to [y, x, in, out].
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

  public var outputChannelCount: Int { weights.columnCount }

  /// - Precondition: the images have `inputChannelCount` channels, and two lines and columns if they are pooled.
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

  /// The sums, at the place of each pixel's upper left neighbour. Places where a window would reach over an image's edge
  /// are computed, too, and read by nobody: so all images are one convolution of contiguous rows.
  private func convolve(_ images: ImageStack, context: ComputeContext) -> FloatRows {
    let convolved = FloatRows(channelCount: outputChannelCount)
    // The last window ends with the last pixel.
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
      // Three pixels side by side are one deep tap.
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

extension FloatRows {
  /// Replaces every negative value by 0.
  public func rectify() {
    let values = pointer
    for index in 0..<count * channelCount { values[index] = max(0, values[index]) }
  }
}
