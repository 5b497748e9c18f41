public import Bitstream
import SystemCalls

/// File of an archive; every read and write states its byte offset.
public final class ArchiveFile {
  /// Path of the file.
  public let path: String
  private let file: OpenFile

  /// Opens a file for reading. No lock is needed, because no writer changes bytes before the end of the root in force
  /// (the last valid root).
  ///
  /// - Throws: `ArchiveError`.
  public init(reading path: String) throws {
    self.path = path
    do throws(SystemFailure) { file = try OpenFile(reading: path, waitsForWriter: false) } catch {
      throw ArchiveError.cannotOpen(path: path, reason: error.reason)
    }
    try requireFile()
  }

  /// Opens or creates a file for appending, and locks the file against other writers until this object is released.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - inputPath: Path of a recording whose permissions a new archive gets; `nil` for those that new files have.
  /// - Throws: `ArchiveError`; `.locked` if another writer has locked the file.
  public init(appendingTo path: String, permissionsOf inputPath: String? = nil) throws {
    self.path = path
    file = try Self.locked(path) { () throws(SystemFailure) in
      let input = inputPath.flatMap { try? FileStatus(path: $0) }
      if input?.kind == .regularFile, let file = try? OpenFile(creatingNew: path, fromInput: input) { return file }
      return try OpenFile(updating: path)
    }
  }

  /// Locks an existing archive that is about to be replaced, until this object is released.
  ///
  /// - Returns: `nil` where no regular file has the path, or where the file cannot be opened, for example because the
  ///   user may not read it.
  /// - Throws: `ArchiveError`; `.locked` if another program has locked the file.
  public convenience init?(replacing path: String) throws {
    guard let status = try? FileStatus(path: path), status.kind == .regularFile else { return nil }
    do {
      let file = try Self.locked(path) { () throws(SystemFailure) in
        try OpenFile(reading: path, waitsForWriter: false)
      }
      self.init(file: file, path: path)
    } catch ArchiveError.cannotOpen {
      // A file that the user may not read can be replaced, but not locked.
      return nil
    }
  }

  private init(file: OpenFile, path: String) {
    self.path = path
    self.file = file
  }

  /// Opens and locks the file at a path; repeats both where another program has replaced the file between the two
  /// calls.
  ///
  /// - Throws: `ArchiveError`.
  private static func locked(_ path: String, open: () throws(SystemFailure) -> OpenFile) throws -> OpenFile {
    while true {
      do {
        let file = try open()
        guard try file.kind() == .regularFile else { throw ArchiveError.notAFile(path: path) }
        try file.lock()
        if FileIdentity(path: path) == FileIdentity(descriptor: file.descriptor) { return file }
      } catch let error as SystemFailure {
        if error.isWouldBlock { throw ArchiveError.locked(path: path) }
        throw ArchiveError.cannotOpen(path: path, reason: error.reason)
      }
    }
  }

  /// Uses a file descriptor open for reading and writing, which the caller keeps and closes.
  public init(descriptor: Int32, path: String) {
    self.path = path
    file = OpenFile(borrowing: descriptor)
  }

  /// Returns the current number of bytes of the file.
  ///
  /// - Throws: `ArchiveError.readFailed`.
  public func byteCount() throws -> Int { try status().byteCount }

  /// Returns the bytes that the file has now, which are read on demand; bytes appended later are not included.
  ///
  /// - Throws: `ArchiveError.readFailed`. Each later read of the bytes may throw this error, too.
  public func bytes() throws -> any RandomAccessBytes {
    LazyBytes(byteCount: try byteCount()) { try self.read($0) }
  }

  func read(_ range: Range<Int>) throws -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemFailure) { bytes = try file.bytes(in: range) } catch {
      throw ArchiveError.readFailed(path: path, byteOffset: range.lowerBound, reason: error.reason)
    }
    guard bytes.count == range.count else {
      throw ArchiveError.readFailed(
        path: path, byteOffset: range.lowerBound + bytes.count, reason: "the file has become shorter")
    }
    return bytes
  }

  /// Writes bytes with one system call if the system takes all of them; after a failure, tries to truncate the file to
  /// `byteOffset` bytes.
  ///
  /// - Throws: `ArchiveError.writeFailed`.
  func write(_ bytes: [UInt8], at byteOffset: Int) throws {
    var writtenCount = 0
    do throws(SystemFailure) { try file.write(bytes, at: byteOffset, writtenCount: &writtenCount) } catch {
      try? file.truncate(to: byteOffset)
      throw ArchiveError.writeFailed(path: path, byteOffset: byteOffset + writtenCount, reason: error.reason)
    }
  }

  func truncate(to byteCount: Int) throws {
    do throws(SystemFailure) { try file.truncate(to: byteCount) } catch {
      throw ArchiveError.writeFailed(path: path, byteOffset: byteCount, reason: error.reason)
    }
  }

  /// Flushes the file to the disk; returns when the disk has all bytes.
  ///
  /// - Throws: `ArchiveError`.
  func sync() throws {
    do throws(SystemFailure) { try file.sync() } catch {
      throw ArchiveError.writeFailed(path: path, byteOffset: try byteCount(), reason: error.reason)
    }
  }

  /// Flushes the folder of a new file to the disk, so that the file's name survives a loss of power. Failures are
  /// ignored.
  func syncFolder() { FileName.syncFolder(FileName.folder(of: path)) }

  private func requireFile() throws {
    guard try status().kind == .regularFile else { throw ArchiveError.notAFile(path: path) }
  }

  private func status() throws -> FileStatus {
    do throws(SystemFailure) { return try file.status() } catch {
      throw ArchiveError.readFailed(path: path, byteOffset: 0, reason: error.reason)
    }
  }
}
