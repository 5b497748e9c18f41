import Glibc
import SystemPackage

/// Open file, pipe or device.
///
/// System calls that a signal interrupts are repeated, except for closing. Reads and writes wait until the descriptor
/// is ready, even if another program has set the descriptor to non-blocking.
package final class OpenFile {
  /// File descriptor for C libraries. This object closes the descriptor, unless the descriptor is borrowed. Negative
  /// after ``closeNow()`` of a descriptor that is not borrowed.
  package private(set) var descriptor: Int32
  private let isOwned: Bool
  /// Request that ends reads at the file position as if the file ended there; nil reads to the end of the file.
  package var stop: InputStop?

  private init(_ descriptor: Int32, isOwned: Bool = true) { (self.descriptor, self.isOwned) = (descriptor, isOwned) }

  /// Opens a file, pipe or device for reading. If `waitsForWriter` is true, opening a named pipe waits until another
  /// program opens the pipe for writing.
  package convenience init(reading path: String, waitsForWriter: Bool = true) throws(SystemFailure) {
    try self.init(path, .readOnly, waitsForWriter ? [] : .nonBlocking)
  }

  /// Opens a file for reading, but not through a symbolic link. Never waits for the other end of a pipe.
  package convenience init(readingWithoutLinks path: String) throws(SystemFailure) {
    try self.init(path, .readOnly, [.noFollow, .nonBlocking])
  }

  /// Opens an existing device or named pipe for writing.
  package convenience init(writing path: String) throws(SystemFailure) { try self.init(path, .writeOnly) }

  /// Creates a file, or empties an existing one, for reading and writing; for writing only where reading is not
  /// allowed.
  package convenience init(creating path: String) throws(SystemFailure) {
    let descriptor: Int32
    do throws(SystemFailure) {
      descriptor = try Self.open(path, .readWrite, [.create, .truncate])
    } catch {
      // A device or a pipe may allow writing only.
      guard error.code == EACCES else { throw error }
      descriptor = try Self.open(path, .writeOnly, [.create, .truncate])
    }
    self.init(descriptor)
  }

  /// Creates a file that does not exist yet, for reading and writing.
  ///
  /// - Parameters:
  ///   - input: status of the input from which the file is made; the file gets its permissions, but none to execute, and
  ///     none that the process's mask takes away.
  ///   - replaced: status of the file whose place the file will take. Its permissions limit those of the input in place
  ///     of the mask.
  /// - Throws: ``SystemFailure``, whose `isExisting` is true if a file or folder has the name already.
  package convenience init(
    creatingNew path: String, fromInput input: FileStatus? = nil, inPlaceOf replaced: FileStatus? = nil
  ) throws(SystemFailure) {
    guard let model = input ?? replaced else {
      try self.init(path, .readWrite, [.create, .exclusiveCreate])
      return
    }
    let limit = replaced?.permissions ?? ~FilePermission.mask
    let permissions = input.map { $0.permissions & FilePermission.newFile & limit } ?? model.permissions
    // At first the file belongs to another group, so that only its owner may read it.
    try self.init(
      path, .readWrite, [.create, .exclusiveCreate], permissions: permissions & FilePermission.owner)
    take(permissions, of: model)
  }

  /// Opens a file for reading and writing, and creates a missing file. Never waits for the other end of a pipe.
  package convenience init(updating path: String) throws(SystemFailure) {
    try self.init(path, .readWrite, [.create, .nonBlocking])
  }

  /// Duplicates a descriptor; the caller keeps the original.
  package convenience init(duplicating descriptor: Int32) throws(SystemFailure) {
    self.init(try systemCall(returning: { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }))
  }

  /// Creates a file without a name in `folder`; the file ceases to exist when it is closed.
  package convenience init(temporaryIn folder: String) throws(SystemFailure) {
    var template = PathText.bytes(of: "\(folder)/vampc-spool-XXXXXX")
    let descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    if descriptor < 0 { throw .last }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = template.withUnsafeBufferPointer { unlink($0.baseAddress!) }
    self.init(descriptor)
  }

  /// Uses a descriptor that the caller keeps and closes.
  package convenience init(borrowing descriptor: Int32) { self.init(descriptor, isOwned: false) }

  /// Takes over a descriptor, which this object closes.
  convenience init(owning descriptor: Int32) { self.init(descriptor, isOwned: true) }

  private convenience init(
    _ path: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions = [],
    permissions: UInt32 = FilePermission.newFile
  ) throws(SystemFailure) {
    self.init(try Self.open(path, mode, options, permissions: permissions))
  }

  private static func open(
    _ path: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions,
    permissions: UInt32 = FilePermission.newFile
  ) throws(SystemFailure) -> Int32 {
    try systemCall {
      try SystemFileCalls.current.open(path, flags: mode.rawValue | options.rawValue, permissions: permissions)
    }
  }

  deinit { if isOwned, descriptor >= 0 { try? SystemFileCalls.current.close(descriptor) } }

  private var file: FileDescriptor { FileDescriptor(rawValue: descriptor) }

  /// Closes the file now and reports a failure: a network file system may report a full disk only at this call. A
  /// borrowed descriptor stays open.
  package func closeNow() throws(SystemFailure) {
    guard isOwned, descriptor >= 0 else { return }
    let closing = descriptor
    descriptor = -1
    do throws(SystemFailure) { try systemCall { try SystemFileCalls.current.close(closing) } } catch {
      // The system has closed the descriptor even where a signal interrupted the call.
      if error.code != EINTR { throw error }
    }
  }

  package func status() throws(SystemFailure) -> FileStatus { try FileStatus(descriptor: descriptor) }
  package func kind() throws(SystemFailure) -> FileStatus.Kind { try status().kind }
  package func byteCount() throws(SystemFailure) -> Int { try status().byteCount }

  /// Whether every write goes to the end of the file, whatever the file position (`O_APPEND`).
  package func appendsOnly() -> Bool { fcntl(descriptor, F_GETFL) & O_APPEND != 0 }

  /// Returns the file position in bytes from the beginning; fails for pipes.
  package func position() throws(SystemFailure) -> Int {
    try systemCall { Int(try file.seek(offset: 0, from: .current)) }
  }

  /// Moves the file position to byte `offset`, counted from 0; fails for pipes.
  package func seek(_ offset: Int) throws(SystemFailure) {
    try systemCall { _ = try file.seek(offset: Int64(offset), from: .start) }
  }

  /// Sets the length of the file: cuts off later bytes, or appends zeros.
  package func truncate(to byteCount: Int) throws(SystemFailure) {
    try systemCall { try SystemFileCalls.current.resize(descriptor, to: byteCount) }
  }

  /// Flushes all written bytes to the disk.
  package func sync() throws(SystemFailure) { try systemCall { try SystemFileCalls.current.sync(descriptor) } }

  /// Takes an exclusive lock that lasts until the file is closed, without waiting; only programs that use `flock(2)`
  /// respect the lock.
  ///
  /// - Throws: ``SystemFailure``, whose `isWouldBlock` is true if another program or another `OpenFile` has the lock.
  package func lock() throws(SystemFailure) { try systemCall(returning: { flock(descriptor, LOCK_EX | LOCK_NB) }) }

  /// Gives the file permissions and the group of another file, as far as the system allows. Where the file cannot get the
  /// group, its own group gets no more permissions than all others have.
  private func take(_ permissions: UInt32, of model: FileStatus) {
    var permissions = permissions
    if (try? status().group) != model.group, fchown(descriptor, .max, model.group) != 0 {
      permissions &= ~FilePermission.group | (permissions & FilePermission.others) << 3
    }
    _ = fchmod(descriptor, permissions)
  }

  /// Repeats `call` until it succeeds or fails with an error other than `EWOULDBLOCK`, and waits for `events` in
  /// between.
  func whenReady<Value>(for events: Int32, _ call: () throws -> Value) throws(SystemFailure) -> Value {
    while true {
      do throws(SystemFailure) { return try systemCall(call) } catch {
        guard error.isWouldBlock else { throw error }
        var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = poll(&waiting, 1, -1)
      }
    }
  }
}

/// Bits of a file's permissions.
enum FilePermission {
  /// Permissions of a new file before the process's mask takes some away.
  static let newFile: UInt32 = 0o666
  static let owner: UInt32 = 0o600
  static let group: UInt32 = 0o070
  static let others: UInt32 = 0o007

  /// Permissions that the process's mask takes from new files. The mask can only be read by changing it; meanwhile, it
  /// takes away more.
  static let mask: UInt32 = {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }()
}
