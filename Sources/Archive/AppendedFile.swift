import Bitstream

/// File of an archive to which a writer appends, with its current length.
///
/// After an `ArchiveError.writeFailed`, every later change of the file fails with the same error, because nobody knows
/// what the disk holds.
final class AppendedFile {
  let file: ArchiveFile
  /// Length of the file in bytes; the next append writes at this offset.
  private(set) var byteCount: Int
  private let isDurable: Bool
  private var failure: ArchiveError?

  /// Takes over an open file.
  ///
  /// - Parameters:
  ///   - file: File open for reading and writing.
  ///   - isDurable: Whether `sync()` flushes the file to the disk.
  /// - Throws: `ArchiveError.readFailed` if the length of the file cannot be determined.
  init(_ file: ArchiveFile, isDurable: Bool) throws {
    self.file = file
    self.isDurable = isDurable
    byteCount = try file.byteCount()
  }

  /// Flushes the file to the disk; does nothing where `isDurable` is false.
  ///
  /// - Throws: `ArchiveError`.
  func sync() throws {
    guard isDurable else { return }
    try changing { try file.sync() }
  }

  /// Replaces the content of the file by an archive without recordings, and flushes the file and its folder. Where
  /// `isDurable` is false, the file is not flushed.
  ///
  /// - Throws: `ArchiveError`.
  func create() throws {
    let empty = IndexWriter.emptyArchive
    try changing {
      try file.truncate(to: 0)
      try file.write(empty, at: 0)
    }
    byteCount = empty.count
    try sync()
    file.syncFolder()
  }

  /// Repairs the end of the file: cuts off the bytes that `tail` does not keep, and completes the last recording if
  /// this recording has no trailer.
  ///
  /// - Throws: `ArchiveError`.
  func close(_ tail: UnfinishedTail) throws { try changing { byteCount = try tail.close(in: file) } }

  /// Appends bytes at the end of the file, without a flush.
  ///
  /// - Throws: `ArchiveError`.
  func append(_ bytes: [UInt8]) throws {
    try changing { try file.write(bytes, at: byteCount) }
    byteCount += bytes.count
  }

  /// Appends bytes and a mark behind them.
  ///
  /// The mark is written and flushed first, behind the place of the bytes. The file therefore never ends inside the
  /// bytes. A reader that takes some of the bytes for a root also finds the mark, which names the true root.
  ///
  /// - Parameters:
  ///   - bytes: Bytes to append.
  ///   - mark: Bytes of the mark's record.
  /// - Throws: `ArchiveError`.
  func append(_ bytes: [UInt8], before mark: [UInt8]) throws {
    try undoing {
      try file.write(mark, at: byteCount + bytes.count)
      try sync()
      try file.write(bytes, at: byteCount)
    }
    byteCount += bytes.count + mark.count
  }

  /// Enters recordings in the index. Flushes the recordings first, then the runs, then the root.
  ///
  /// - Parameters:
  ///   - entries: Recordings whose bytes are in the file already.
  ///   - index: Writer of the index.
  /// - Throws: `ArchiveError`, after the file is cut back to its length before the call. The index in the file then
  ///   names none of the recordings, because the disk may lack their bytes; the next writer enters the recordings.
  func enter(_ entries: [ArchivedRecording], in index: inout IndexWriter) throws {
    var end = byteCount
    try undoing {
      try sync()
      end = try index.add(entries, at: byteCount) { try sync() }
      try sync()
    }
    byteCount = end
  }

  private func changing(_ body: () throws -> Void) throws {
    if let failure { throw failure }
    do { try body() } catch let error as ArchiveError {
      if case .writeFailed = error { failure = error }
      throw error
    }
  }

  /// Runs a change of the file; if the change throws, cuts the file back to `byteCount` bytes.
  private func undoing(_ body: () throws -> Void) throws {
    try changing {
      do { try body() } catch {
        try? file.truncate(to: byteCount)
        throw error
      }
    }
  }
}
