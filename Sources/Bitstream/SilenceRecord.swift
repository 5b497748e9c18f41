import Tokens

/// Coding of silence records: digital silence of the source in the samples of one block (`formats/container.md`,
/// section 6.1).
///
/// Runs are in samples per channel at the source's rate, counted from the first sample of frame 0.
enum SilenceRecord {
  /// Encodes the body of a silence record.
  ///
  /// - Parameters:
  ///   - runs: Silent runs in order, at least one. Runs are not empty and do not touch each other.
  ///   - samples: Range of the block's samples.
  /// - Throws: `BitstreamError.unencodable` where the runs break a rule.
  static func encoded(_ runs: [Range<Int>], within samples: Range<Int>) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(AncillaryType.silence)
    try writer.append(runs, within: samples)
    try requireEncodable("bytes of a silence record", writer.bytes.count, 1...StreamLimits.bodyByteCount)
    return writer.bytes
  }

  /// Decodes the body of a silence record; nil for a body that breaks a rule, which is ignored as a whole.
  static func decoded(_ body: [UInt8]) -> [Range<Int>]? {
    var reader = ByteReader(body, baseOffset: 0)
    guard body.count > 1, (try? reader.byte("record type")) == UInt8(AncillaryType.silence) else { return nil }
    var runs = SilentRunReader()
    while reader.remainingCount > 0 {
      guard runs.read(from: &reader) else { return nil }
    }
    return runs.runs
  }
}

extension StreamHeader {
  /// Returns the number of a frame's first sample, at the source's rate and counted from the first sample of frame 0,
  /// rounded up; at most `StreamLimits.sampleCount`.
  ///
  /// - Precondition: `frame` is not negative.
  public func sourceSample(ofFrame frame: Int) -> Int {
    // All factors are bounded: 2^49 frames, hops of 2^16 samples and rates of 2^24 Hz take 89 bits.
    let numerator = UInt128(frame) * UInt128(geometry.hopLength) * UInt128(sourceSampleRateHz)
    let rate = UInt128(geometry.sampleRateHz)
    return Int(min((numerator + rate - 1) / rate, UInt128(StreamLimits.sampleCount)))
  }

  /// Returns the samples of consecutive frames, at the source's rate and counted from the first sample of frame 0.
  public func sourceSamples(ofFrames frames: Range<Int>) -> Range<Int> {
    sourceSample(ofFrame: frames.lowerBound)..<sourceSample(ofFrame: frames.upperBound)
  }
}
