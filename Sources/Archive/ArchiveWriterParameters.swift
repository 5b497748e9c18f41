/// Choices of the writer that the format leaves open (`formats/archive.md`, section 5).
enum ArchiveWriterParameters {
  /// Number of runs of one level that are merged into a run of the next level.
  static let fanOut = 4
  /// Bytes before deflate at which an entry page is closed.
  static let pageByteCount = 4_096
  /// Mean number of hashes in a name page.
  static let namePageHitCount = 128
  /// Largest number of entry pages of a merged run: the run's directory then stays within 262 144 bytes.
  static let mergedPageCount = 10_000
  /// Largest number of entries of a merged run.
  static let mergedEntryCount = 1 << 20
  /// Bytes of a recording after which the next mark is written, counted from the mark before.
  static let markSpacing = 8_192
  /// Bytes of an unfinished recording after which the file is flushed to the disk.
  static let syncByteCount = 1 << 20
  /// Seconds after which the file with an unfinished recording is flushed to the disk.
  static let syncSeconds = 1.0
}
