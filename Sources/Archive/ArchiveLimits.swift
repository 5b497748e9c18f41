/// Ranges of an archive's fields; a reader rejects other values before any allocation (`formats/archive.md`, sections 2
/// and 3).
public enum ArchiveLimits {
  /// Numbers of UTF-8 bytes of a recording's name.
  public static let nameByteCount = 1...255
  /// Start times in microseconds since 1970-01-01T00:00:00Z: the years 1000 to 2999.
  public static let startMicroseconds = -30_610_224_000_000_000...32_503_679_999_999_999
  /// Offsets of the local clock from UTC, in minutes.
  public static let utcOffsetMinutes = -1_439...1_439
  /// Numbers of entries of a page.
  static let pageEntryCount = 1...512
  /// Numbers of recent entries of a root.
  static let recentEntryCount = 0...15
  /// Numbers of runs of a root.
  static let runCount = 0...32
  /// Numbers of entries of a run.
  static let entryCount = 0...1 << 32
  /// Numbers of entry pages, or of name pages, of a run.
  static let pageCount = 1...16_384
  /// Bytes of an entry page or a root before deflate.
  static let pageByteCount = 1...65_536
  /// Bytes of a directory before deflate.
  static let directoryByteCount = 1...262_144
  /// Levels of runs.
  static let level = 0...16
  /// Byte offsets of roots in marks.
  static let byteOffset = 0...1 << 55
  /// Smallest number of bytes of an archive per entry (`formats/archive.md`, section 3.4).
  static let smallestRecordingByteCount = 32
}
