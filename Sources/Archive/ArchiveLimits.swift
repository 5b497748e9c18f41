/// Allowed ranges of an archive's fields, and limits that follow from them (`formats/archive.md`, sections 2 and 3).
///
/// A reader rejects a value outside its range before it allocates memory for the data that the value describes.
public enum ArchiveLimits {
  /// Allowed numbers of UTF-8 bytes in a recording's name.
  public static let nameByteCount = 1...255
  /// Allowed start times in microseconds since 1970-01-01T00:00:00Z: the years 1000 to 2999.
  public static let startMicroseconds = -30_610_224_000_000_000...32_503_679_999_999_999
  /// Latest end of a recording, in microseconds since 1970-01-01T00:00:00Z: 2⁵⁶ − 1 µs after the earliest start, in the
  /// year 3283. A recording that would end later counts as ending then, so that the index can state every duration.
  public static let latestEndMicroseconds = startMicroseconds.lowerBound + RunReference.longestSpan
  /// Allowed offsets of the local clock from UTC, in minutes.
  public static let utcOffsetMinutes = -1_439...1_439
  /// Allowed numbers of entries in an entry page.
  static let pageEntryCount = 1...512
  /// Allowed numbers of recent entries in a root.
  static let recentEntryCount = 0...15
  /// Allowed numbers of runs in a root.
  static let runCount = 0...32
  /// Range whose upper bound is the largest allowed number of entries in a run; the smallest allowed number is 1, not
  /// 0.
  static let entryCount = 0...1 << 32
  /// Allowed numbers of entry pages in a run; the same range holds for name pages.
  static let pageCount = 1...16_384
  /// Allowed numbers of bytes in an entry page or a root before deflate.
  static let pageByteCount = 1...65_536
  /// Allowed numbers of bytes in a directory before deflate.
  static let directoryByteCount = 1...262_144
  /// Allowed levels of runs.
  static let level = 0...16
  /// Allowed byte offsets of roots in marks.
  static let byteOffset = 0...1 << 55
  /// Smallest number of bytes in front of a root for each entry of its index (`formats/archive.md`, section 3.4).
  static let smallestRecordingByteCount = 32
}
