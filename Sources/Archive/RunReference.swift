/// Description of a run in a root (`formats/archive.md`, section 3.4).
struct RunReference: Equatable {
  /// Level: 0 for a run made only of the root's recent entries. The writer raises the level when it merges runs, except
  /// runs that it merges only because the root has 32 runs.
  let level: Int
  let entryCount: Int
  let directoryByteRange: Range<Int>
  /// Start of the first entry, and end of the entry that ends last, in microseconds since 1970-01-01T00:00:00Z.
  let span: ClosedRange<Int>

  /// Largest duration of a run in microseconds: 2⁵⁶ − 1, which is about 2283 years.
  ///
  /// The allowed start times cover 2000 years. A recording that would end later than this duration allows counts as
  /// ending at `ArchiveLimits.latestEndMicroseconds`.
  static let longestSpan = (1 << 56) - 1
}
