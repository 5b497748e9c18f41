/// One recording of an archive, as its index has it.
public struct ArchivedRecording: Equatable, Sendable {
  public enum State: Equatable, Sendable {
    case complete
    /// Its writer was stopped; closed later with all that was there.
    case cutOff
    /// Not in the index: still being written, or torn off and not yet closed.
    case unfinished
  }

  public var name: String
  public var start: ArchiveTime
  /// The recording's own record and its stream.
  public var byteRange: Range<Int>
  /// Samples per channel, at the rate of the source.
  public var sampleCount: Int
  public var sampleRateHz: Int
  public var state: State

  public init(
    name: String, start: ArchiveTime, byteRange: Range<Int>, sampleCount: Int, sampleRateHz: Int, state: State
  ) {
    self.name = name
    self.start = start
    self.byteRange = byteRange
    self.sampleCount = sampleCount
    self.sampleRateHz = sampleRateHz
    self.state = state
  }

  public var end: ArchiveTime { start.adding(sampleCount: sampleCount, rateHz: sampleRateHz) }
  public var durationSeconds: Double { Double(sampleCount) / Double(sampleRateHz) }

  /// Whether any of it lies in a span of microseconds since 1970.
  func overlaps(_ span: Range<Int>) -> Bool {
    start.microseconds < span.upperBound && end.microseconds > span.lowerBound
  }

  /// The order of the index.
  static func precedes(_ first: ArchivedRecording, _ second: ArchivedRecording) -> Bool {
    first.start.microseconds != second.start.microseconds
      ? first.start.microseconds < second.start.microseconds
      : first.byteRange.lowerBound < second.byteRange.lowerBound
  }

  /// - Throws: `ArchiveError.badName`.
  public static func requireName(_ name: String) throws {
    guard ArchiveLimits.nameByteCount.contains(name.utf8.count),
      !name.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    else { throw ArchiveError.badName(name) }
  }
}
