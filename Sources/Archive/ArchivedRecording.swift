/// Recording of an archive, described by the fields of its entry in the index (`formats/archive.md`, section 3.1).
public struct ArchivedRecording: Equatable, Sendable {
  /// Completeness of a recording.
  public enum State: Equatable, Sendable {
    /// Recording that was written to its end.
    case complete
    /// Recording that ended early because its writer was stopped; its trailer was added afterwards. The rest of the
    /// audio is not there.
    case cutOff
    /// Recording without a trailer, which is not in the index: a writer is writing the recording, or was interrupted
    /// and no other writer has completed the recording yet.
    case unfinished
  }

  /// Name of the recording, unique in the archive, 1 to 255 bytes of UTF-8.
  public var name: String
  /// Time at which the first frame of the recording begins.
  public var start: ArchiveTime
  /// Byte range in the archive: the recording record (name and start), and the stream with the archive's own records
  /// (marks) inside.
  public var byteRange: Range<Int>
  /// Length in samples per channel at the source's rate.
  public var sampleCount: Int
  /// Sample rate of the source, in Hz.
  public var sampleRateHz: Int
  /// Whether the recording is complete, cut off or unfinished.
  public var state: State

  /// Creates an entry from its fields, which are not checked.
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

  /// Time at which the last sample ends, rounded down to a microsecond; at most 2⁵⁵ µs after `start`, and at most
  /// `ArchiveLimits.latestEndMicroseconds`.
  public var end: ArchiveTime {
    var end = start.adding(sampleCount: sampleCount, rateHz: sampleRateHz)
    end.microseconds = min(end.microseconds, ArchiveLimits.latestEndMicroseconds)
    return end
  }
  /// Duration of the recording in seconds.
  public var durationSeconds: Double { Double(sampleCount) / Double(sampleRateHz) }

  /// Returns whether the recording overlaps a span of microseconds since 1970-01-01T00:00:00Z.
  func overlaps(_ span: Range<Int>) -> Bool {
    start.microseconds < span.upperBound && end.microseconds > span.lowerBound
  }

  /// Whether `first` stands before `second` in the index: the order is by start, then by byte offset.
  static func precedes(_ first: ArchivedRecording, _ second: ArchivedRecording) -> Bool {
    first.start.microseconds != second.start.microseconds
      ? first.start.microseconds < second.start.microseconds
      : first.byteRange.lowerBound < second.byteRange.lowerBound
  }

  /// Checks that a name is valid: 1 to 255 bytes of UTF-8 without control characters.
  ///
  /// - Throws: `ArchiveError.badName`.
  public static func requireName(_ name: String) throws {
    guard ArchiveLimits.nameByteCount.contains(name.utf8.count),
      !name.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    else { throw ArchiveError.badName(name) }
  }
}
