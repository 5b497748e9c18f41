import ModelStore

extension Codec {
  /// Upper bound of the number of frames on either side of a frame that affect the frame's samples.
  ///
  /// Decoding a segment with this many further frames on either side gives the same samples as decoding the whole
  /// recording.
  public var decoderContextFrameCount: Int {
    // Reach of all layers so far on either side, in frames.
    var reach = Double(Self.endKernelSize / 2)
    var rowsPerFrame = 1.0
    for stride in configuration.decoderRates {
      // Each output row of a transposed convolution depends on two neighbouring input rows.
      reach += 1 / rowsPerFrame
      rowsPerFrame *= Double(stride)
      reach += Double(residualReach) / rowsPerFrame
    }
    reach += Double(Self.endKernelSize / 2) / rowsPerFrame
    return Int(reach.rounded(.up)) + 1
  }

  /// Kernel size of the decoder's first and last convolution.
  private static let endKernelSize = 7

  /// Number of rows on either side that an output row of the layers after a transposed convolution depends on.
  private var residualReach: Int {
    switch configuration.kind {
    // Three residual units with kernels of size 7, dilated by 1, 3 and 9.
    case .dac: 3 * (1 + 3 + 9)
    // The widest branch has kernels of size 11, dilated by 1, 3 and 5, each followed by an undilated convolution.
    case .lac: 5 * (1 + 3 + 5) + 3 * 5
    }
  }
}
