import ModelStore

extension Codec {
  /// Frames on either side of a frame that its samples depend on: decoded with so many around, they come out as if all
  /// were decoded.
  public var decoderContextFrameCount: Int {
    // Rows on either side that each layer sees, in frames.
    var reach = Double(Self.endKernelSize / 2)
    var rowsPerFrame = 1.0
    for stride in configuration.decoderRates {
      // A transposed convolution whose kernel is twice its stride sees two neighbouring rows.
      reach += 1 / rowsPerFrame
      rowsPerFrame *= Double(stride)
      reach += Double(residualReach) / rowsPerFrame
    }
    reach += Double(Self.endKernelSize / 2) / rowsPerFrame
    return Int(reach.rounded(.up)) + 1
  }

  /// Of the first and the last convolution.
  private static let endKernelSize = 7

  /// Rows on either side that what follows a transposed convolution sees.
  private var residualReach: Int {
    switch configuration.kind {
    // Kernel 7, dilated by 1, 3 and 9.
    case .dac: 3 * (1 + 3 + 9)
    // In the widest branch kernel 11, dilated by 1, 3 and 5, each followed by one that is not dilated.
    case .lac: 5 * (1 + 3 + 5) + 3 * 5
    }
  }
}
