/// Ancillary record types of an archive, as `formats/archive.md` numbers them.
enum ArchiveRecordType {
  static let recording = 3
  static let mark = 4
  static let entries = 5
  static let names = 6
  static let directory = 7
  static let root = 8

  /// All of them: what a recording itself may not hold.
  static let all = recording...root
}

/// Bounds of an archive's records; a reader rejects what passes them before it allocates anything.
public enum ArchiveLimits {
  /// UTF-8 bytes of a recording's name.
  public static let nameByteCount = 1...255
  /// Microseconds since 1970-01-01T00:00:00Z: the years 1000 to 2999.
  public static let startMicroseconds = -30_610_224_000_000_000...32_503_679_999_999_999
  public static let utcOffsetMinutes = -1_439...1_439
  /// Entries of a page.
  static let pageEntryCount = 1...512
  /// Entries that the root holds itself.
  static let recentEntryCount = 0...15
  static let runCount = 0...32
  static let entryCount = 0...1 << 32
  /// Pages of one kind in a run.
  static let pageCount = 1...16_384
  /// Bytes of a page or a root before deflate.
  static let pageByteCount = 1...65_536
  /// Bytes of a directory before deflate.
  static let directoryByteCount = 1...262_144
  static let level = 0...16
  static let byteOffset = 0...1 << 55
  /// Smallest share of a file that a recording can take: its record and a stream's.
  static let smallestRecordingByteCount = 32
}

/// What this writer does where the format leaves a choice.
enum ArchiveHabits {
  /// Runs of a level that are merged into one of the next.
  static let fanOut = 4
  /// A page is closed when it has this many bytes before deflate.
  static let pageByteCount = 4_096
  /// Hits of a name page, on average.
  static let namePageHitCount = 128
  /// Beyond either, runs are not merged any more, so that a directory stays within its limit.
  static let mergedPageCount = 10_000
  static let mergedEntryCount = 1 << 20
  /// Bytes of a recording between marks.
  static let markSpacing = 8_192
  /// The file is brought to the disk after this many bytes or seconds of an unfinished recording.
  static let syncByteCount = 1 << 20
  static let syncSeconds = 1.0
}
