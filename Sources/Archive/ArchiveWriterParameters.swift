/// Choices of the writer that the format leaves open (`formats/archive.md`, section 5).
enum ArchiveWriterParameters {
  /// Number of runs of one level, the run to be written included, that are merged into a run of the next level.
  static let fanOut = 4
  /// Number of bytes before deflate at which an entry page is closed.
  static let pageByteCount = 4_096
  /// Largest mean number of hashes in a name page: a run has at least one name page for each started group of this many
  /// entries.
  static let namePageHitCount = 128
  /// Largest number of entry pages of a merged run: the run's directory then stays within 262 144 bytes.
  static let mergedPageCount = 10_000
  /// Largest number of entries of a merged run.
  static let mergedEntryCount = 1 << 20
  /// Number of bytes of a recording after which a mark is written, counted from the previous mark or from the start of
  /// the recording.
  static let markSpacing = 8_192
  /// Number of bytes appended to an unfinished recording since the last flush after which the file is flushed to the
  /// disk.
  static let syncByteCount = 1 << 20
  /// Seconds since the last flush after which the next record of an unfinished recording makes the writer flush the
  /// file to the disk.
  static let syncSeconds = 1.0
}
