/// Images of one size with a border of one zero pixel, `[N, H + 2, W + 2, C]`: input of 3 × 3 convolutions.
public final class ImageStack {
  /// Number of images N.
  public let imageCount: Int
  /// Height H in pixels without the border.
  public let height: Int
  /// Width W in pixels without the border.
  public let width: Int
  /// Number of channels C of a pixel.
  public var channelCount: Int { rows.channelCount }
  /// Rows of C channels, one for each pixel, border pixels included.
  let rows: FloatRows

  var paddedWidth: Int { width + 2 }
  var paddedSize: Int { (height + 2) * paddedWidth }

  /// Stack of images whose pixels are all 0.
  init(imageCount: Int, height: Int, width: Int, channelCount: Int) {
    precondition(imageCount > 0 && height > 0 && width > 0, "empty images")
    (self.imageCount, self.height, self.width) = (imageCount, height, width)
    rows = FloatRows(channelCount: channelCount)
    rows.appendZeros(imageCount * paddedSize)
  }

  /// Stack of images with one channel.
  ///
  /// - Parameters:
  ///   - values: Pixels `[N, H, W]`.
  ///   - height: Lines of an image.
  ///   - width: Pixels of a line.
  /// - Precondition: `values` holds one or more whole images.
  public convenience init(_ values: [Float], height: Int, width: Int) {
    precondition(height > 0 && width > 0 && values.count % (height * width) == 0, "values do not fill images")
    self.init(imageCount: values.count / (height * width), height: height, width: width, channelCount: 1)
    let target = rows.pointer
    for (index, value) in values.enumerated() { target[paddedIndex(index / width % height, index)] = value }
  }

  /// Index in `rows` of a pixel, from the pixel's line `y` in its image and its index among the pixels of all images
  /// without borders. Both count from 0.
  private func paddedIndex(_ y: Int, _ index: Int) -> Int {
    index / (height * width) * paddedSize + (y + 1) * paddedWidth + 1 + index % width
  }

  /// Copies each image without its border into one row, `[N, H · W · C]`.
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
