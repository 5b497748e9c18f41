public import Bitstream
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An archive's file: read and written at places, never at a position.
public final class ArchiveFile {
  public let path: String
  private let descriptor: Int32
  private let ownsDescriptor: Bool

  /// Opens to read; no lock is needed, since what is written is only ever added to.
  ///
  /// - Throws: `ArchiveError`.
  public init(reading path: String) throws {
    self.path = path
    ownsDescriptor = true
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw ArchiveError.cannotOpen(path: path, reason: Self.systemReason()) }
    try requireFile()
  }

  /// Opens to append, creates it where there is none, and locks it against other writers until it is closed.
  ///
  /// - Throws: `ArchiveError`; `.locked` where another writer has it.
  public init(appendingTo path: String) throws {
    self.path = path
    ownsDescriptor = true
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    if descriptor < 0 { throw ArchiveError.cannotOpen(path: path, reason: Self.systemReason()) }
    try requireFile()
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { throw ArchiveError.locked(path: path) }
      throw ArchiveError.cannotOpen(path: path, reason: Self.systemReason())
    }
  }

  /// A file that somebody else opened, to read and write, and keeps.
  public init(descriptor: Int32, path: String) {
    self.path = path
    self.descriptor = descriptor
    ownsDescriptor = false
  }

  deinit { if ownsDescriptor, descriptor >= 0 { _ = close(descriptor) } }

  public func byteCount() throws -> Int { Int(try status().st_size) }

  /// What is in the file now; later growth is not seen.
  public func bytes() throws -> any RandomAccessBytes {
    LazyBytes(byteCount: try byteCount()) { try self.read($0) }
  }

  func read(_ range: Range<Int>) throws -> [UInt8] {
    var done = 0
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initializedCount in
      while done < range.count {
        let count = pread(
          descriptor, buffer.baseAddress.map { $0 + done }, range.count - done, off_t(range.lowerBound + done))
        if count > 0 {
          done += count
        } else if count == 0 || errno != EINTR {
          failure = count == 0 ? "the file has become shorter" : Self.systemReason()
          break
        }
      }
      initializedCount = done
    }
    if let failure {
      throw ArchiveError.readFailed(path: path, byteOffset: range.lowerBound + done, reason: failure)
    }
    return bytes
  }

  /// Writes with one call where the system takes it all. What a failed write has left is cut off again.
  func write(_ bytes: [UInt8], at byteOffset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        pwrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(byteOffset + done))
      }
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        let reason = Self.systemReason()
        _ = ftruncate(descriptor, off_t(byteOffset))
        throw ArchiveError.writeFailed(path: path, byteOffset: byteOffset + done, reason: reason)
      }
    }
  }

  func truncate(to byteCount: Int) throws {
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      throw ArchiveError.writeFailed(path: path, byteOffset: byteCount, reason: Self.systemReason())
    }
  }

  /// Returns when the disk has what was written.
  func sync() throws {
    guard fsync(descriptor) == 0 else {
      throw ArchiveError.writeFailed(path: path, byteOffset: try byteCount(), reason: Self.systemReason())
    }
  }

  /// Brings the file's name to the disk, after it was created; a file system that cannot do that is left alone.
  func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard folderDescriptor >= 0 else { return }
    _ = fsync(folderDescriptor)
    _ = close(folderDescriptor)
  }

  private func requireFile() throws {
    guard try status().st_mode & S_IFMT == S_IFREG else { throw ArchiveError.notAFile(path: path) }
  }

  private func status() throws -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ArchiveError.readFailed(path: path, byteOffset: 0, reason: Self.systemReason())
    }
    return status
  }

  private static func systemReason() -> String { String(cString: strerror(errno)) }
}
