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
    var end = 0
    for (index, run) in runs.enumerated() {
      let first = index == 0 ? samples.lowerBound : end + 1
      try requireEncodable("first silent sample", run.lowerBound, first...max(first, samples.upperBound - 1))
      try requireEncodable("silent samples", run.count, 1...max(1, samples.upperBound - run.lowerBound))
      writer.varint(run.lowerBound - end)
      writer.varint(run.count)
      end = run.upperBound
    }
    try requireEncodable("bytes of a silence record", writer.bytes.count, 1...StreamLimits.bodyByteCount)
    return writer.bytes
  }

  /// Decodes the body of a silence record; nil for a body that breaks a rule, which is ignored as a whole.
  static func decoded(_ body: [UInt8]) -> [Range<Int>]? {
    var reader = ByteReader(body, baseOffset: 0)
    guard body.count > 1, (try? reader.byte("record type")) == UInt8(AncillaryType.silence) else { return nil }
    var runs: [Range<Int>] = []
    var end = 0
    while reader.remainingCount > 0 {
      let room = StreamLimits.sampleCount - end
      guard room > 0, let distance = try? reader.varint("distance", in: (runs.isEmpty ? 0 : 1)...room),
        room > distance, let count = try? reader.varint("silent samples", in: 1...(room - distance))
      else { return nil }
      runs.append(end + distance..<end + distance + count)
      end += distance + count
    }
    return runs
  }
}

/// Silence record that waits for the block that it describes.
package struct WaitingSilence: Sendable {
  private var runs: [Range<Int>] = []
  /// Number of bytes of the waiting record, with framing; 0 where no record is waiting.
  package private(set) var byteCount = 0

  /// Creates the state in which no record is waiting.
  package init() {}

  /// Takes a record in the order of the input: a silence record replaces a waiting one.
  ///
  /// - Returns: Whether the record is a silence record whose fields keep all rules.
  @discardableResult
  package mutating func accept(_ record: Record) -> Bool {
    guard record.sections.isEmpty, let runs = SilenceRecord.decoded(record.body) else { return false }
    self.runs = runs
    byteCount = record.byteRange.count
    return true
  }

  /// Removes the waiting record and sets the silence of its block: the parts of the runs within the block's samples.
  package mutating func move(to block: inout StreamBlock, header: StreamHeader) {
    guard byteCount > 0 else { return }
    let samples = header.sourceSamples(ofFrames: block.frames)
    block.silence = runs.map { $0.clamped(to: samples) }.filter { !$0.isEmpty }
    self = WaitingSilence()
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
