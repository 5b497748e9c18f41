#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which file a path or a descriptor stands for, whatever links lead to it.
public struct FileIdentity: Equatable, Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64

  /// Nil where nothing is at `path`, links followed.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Nil for a descriptor that is not open.
  public init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}

/// Why an output file could not be written.
public enum ReplacingFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Something is at the path already.
  case exists(path: String)
  /// The path leads to a file that is being read.
  case isSource(path: String)
  case isDirectory(path: String)
  case cannotCreate(path: String, reason: String)
  case writeFailed(path: String, reason: String)

  /// Begins with the file's path.
  public var description: String {
    switch self {
    case .exists(let path): "\(path): exists already"
    case .isSource(let path): "\(path): is the input itself"
    case .isDirectory(let path): "\(path): is a folder"
    case .cannotCreate(let path, let reason): "\(path): cannot create: \(reason)"
    case .writeFailed(let path, let reason): "\(path): write failed: \(reason)"
    }
  }
}

/// An output file that appears under its name only when it is complete.
///
/// Bytes go into a hidden file in the same folder, which ``commit()`` brings to the disk and renames. Without that call
/// it is removed. A pipe or a device is written directly.
public final class ReplacingFile {
  /// As the caller named it.
  public let path: String
  /// Where the bytes are until ``commit()``; nil for what is written directly.
  public let temporaryPath: String?
  /// Open for reading and writing where it is a file; belongs to this object.
  public private(set) var descriptor: Int32
  private let finalPath: String
  private let replaces: Bool
  private let ownsDescriptor: Bool
  /// Whether something lies at `temporaryPath`.
  private var hasTemporary = true

  /// - Parameters:
  ///   - replaces: whether a file that is there already may be replaced; it keeps its permissions.
  ///   - sources: files that must not be written over even so.
  /// - Throws: ``ReplacingFileError``.
  public init(path: String, replaces: Bool, sources: [FileIdentity] = []) throws(ReplacingFileError) {
    self.path = path
    self.replaces = replaces
    ownsDescriptor = true
    var linkStatus = stat()
    var status = stat()
    let isThere = lstat(path, &linkStatus) == 0
    let leadsSomewhere = stat(path, &status) == 0
    if leadsSomewhere {
      if let identity = FileIdentity(path: path), sources.contains(identity) { throw .isSource(path: path) }
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw .isDirectory(path: path)
      default:
        // A device, a named pipe: there is nothing to replace.
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: Self.systemReason()) }
        temporaryPath = nil
        finalPath = path
        return
      }
    }
    if isThere, !replaces { throw .exists(path: path) }
    finalPath = leadsSomewhere ? Self.resolved(path) : path
    let folder = Self.folder(of: finalPath)
    // 0666 less the process's mask, as for every new file; O_EXCL, so that nobody else's file is taken.
    var created: (descriptor: Int32, path: String) = (-1, "")
    for _ in 0..<100 where created.descriptor < 0 {
      created.path = folder + ".vampc-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".partial"
      created.descriptor = open(created.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if created.descriptor < 0, errno != EEXIST { break }
    }
    guard created.descriptor >= 0 else { throw .cannotCreate(path: path, reason: Self.systemReason()) }
    if leadsSomewhere { _ = fchmod(created.descriptor, status.st_mode & 0o777) }
    descriptor = created.descriptor
    temporaryPath = created.path
  }

  /// Writes directly to an open descriptor, which the caller keeps.
  public init(descriptor: Int32, name: String) {
    path = name
    finalPath = name
    temporaryPath = nil
    replaces = false
    ownsDescriptor = false
    self.descriptor = descriptor
  }

  deinit { discard() }

  /// Appends bytes. A reader that went away is an error where the process ignores SIGPIPE.
  ///
  /// - Throws: ``ReplacingFileError/writeFailed(path:reason:)``.
  public func write(_ bytes: [UInt8]) throws(ReplacingFileError) {
    var doneCount = 0
    while doneCount < bytes.count {
      let writtenCount = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress.map { $0 + doneCount }, buffer.count - doneCount)
        #else
          Darwin.write(descriptor, buffer.baseAddress.map { $0 + doneCount }, buffer.count - doneCount)
        #endif
      }
      if writtenCount >= 0 { doneCount += writtenCount } else { try waitToWrite() }
    }
  }

  /// Makes the file appear under its name. Nothing can be written afterwards.
  ///
  /// - Throws: ``ReplacingFileError``; then nothing has appeared. `.exists` where somebody else has made such a file in
  ///   the meantime.
  public func commit() throws(ReplacingFileError) {
    guard let temporaryPath else { return try closeDirect() }
    do throws(ReplacingFileError) {
      guard fsync(descriptor) == 0 else { throw failed() }
      let status = close(descriptor)
      descriptor = -1
      guard status == 0 else { throw failed() }
      try rename(temporaryPath)
    } catch {
      discard()
      throw error
    }
    syncFolder()
  }

  /// Removes what was written, unless it is committed.
  public func discard() {
    guard descriptor >= 0, ownsDescriptor else { return removeTemporary() }
    _ = close(descriptor)
    descriptor = -1
    removeTemporary()
  }

  private func removeTemporary() {
    guard let temporaryPath, hasTemporary else { return }
    unlink(temporaryPath)
    hasTemporary = false
  }

  private func closeDirect() throws(ReplacingFileError) {
    guard ownsDescriptor, descriptor >= 0 else { return }
    let status = close(descriptor)
    descriptor = -1
    guard status == 0 else { throw failed() }
  }

  private func rename(_ temporaryPath: String) throws(ReplacingFileError) {
    if !replaces {
      // A link does not replace what has come there in the meantime, which a rename would.
      if link(temporaryPath, finalPath) == 0 {
        unlink(temporaryPath)
        hasTemporary = false
        return
      }
      if errno == EEXIST { throw .exists(path: path) }
      // A file system without hard links.
    }
    #if canImport(Glibc)
      let status = Glibc.rename(temporaryPath, finalPath)
    #else
      let status = Darwin.rename(temporaryPath, finalPath)
    #endif
    guard status == 0 else { throw failed() }
    hasTemporary = false
  }

  /// Brings the new name to the disk; a file system that cannot do that is none of the caller's business.
  private func syncFolder() {
    let folder = Self.folder(of: finalPath)
    let folderDescriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard folderDescriptor >= 0 else { return }
    _ = fsync(folderDescriptor)
    _ = close(folderDescriptor)
  }

  /// After a failed write: returns when it is worth trying again.
  private func waitToWrite() throws(ReplacingFileError) {
    if errno == EINTR { return }
    guard errno == EAGAIN || errno == EWOULDBLOCK else { throw failed() }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&waiting, 1, -1)
  }

  private func failed() -> ReplacingFileError { .writeFailed(path: path, reason: Self.systemReason()) }

  private static func systemReason() -> String { String(cString: strerror(errno)) }

  /// With a slash at its end; empty for the current folder.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The path without links, so that a link stays a link and the file behind it is replaced.
  private static func resolved(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return path }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
