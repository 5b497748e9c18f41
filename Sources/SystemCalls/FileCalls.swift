import Glibc
import SystemPackage

/// System calls for files and their names. Tests substitute calls that fail at a chosen place or record what is
/// written.
///
/// Each function wraps one system call and throws ``SystemFailure`` or `Errno`.
package protocol FileCalls: Sendable {
  /// Opens or creates a file.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - flags: Access mode and flags of `open(2)`.
  ///   - permissions: Permissions of a new file; the process's umask removes some of them.
  /// - Returns: The file's descriptor, which the caller closes.
  func open(_ path: String, flags: Int32, permissions: UInt32) throws -> Int32

  /// Reads up to the size of `buffer` and returns the number of bytes; 0 at the end of the file.
  ///
  /// - Parameters:
  ///   - descriptor: File to read.
  ///   - buffer: Memory for the bytes.
  ///   - offset: Byte of the file to read from, counted from 0; nil reads at the file position and advances it.
  func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int?) throws -> Int

  /// Writes up to the size of `bytes` and returns the number of bytes.
  ///
  /// - Parameters:
  ///   - descriptor: File to write.
  ///   - bytes: Bytes to write.
  ///   - offset: Byte of the file to write to, counted from 0; nil writes at the file position and advances it.
  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int?) throws -> Int

  /// Sets the length of a file.
  ///
  /// - Parameters:
  ///   - descriptor: File to cut off or to extend with zeros.
  ///   - byteCount: New length in bytes.
  func resize(_ descriptor: Int32, to byteCount: Int) throws

  /// Flushes the written bytes of a file to the disk.
  func sync(_ descriptor: Int32) throws

  /// Closes a descriptor.
  func close(_ descriptor: Int32) throws

  /// Renames a file; an existing file with the new name is replaced.
  ///
  /// - Parameters:
  ///   - path: Path that the file has before the call.
  ///   - newPath: Path that the file has afterwards.
  func rename(_ path: String, to newPath: String) throws

  /// Adds a second name, a hard link, to a file.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - newPath: Additional path of the same file.
  func link(_ path: String, to newPath: String) throws

  /// Removes the file at `path`. If `path` is a symbolic link, the link is removed and its target stays.
  func remove(_ path: String) throws
}

/// System calls of the operating system, which stand for ``FileCalls`` in all code outside of tests.
package struct SystemFileCalls: FileCalls {
  /// System calls that ``OpenFile`` and ``FileName`` use; a test substitutes its own calls for one task.
  @TaskLocal package static var current: any FileCalls = SystemFileCalls()

  package init() {}

  package func open(_ path: String, flags: Int32, permissions: UInt32) throws -> Int32 {
    try systemCall(returning: { Glibc.open(PathText.bytes(of: path), flags | O_CLOEXEC, permissions) })
  }

  package func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int?
  ) throws -> Int {
    let file = FileDescriptor(rawValue: descriptor)
    if let offset { return try file.read(fromAbsoluteOffset: Int64(offset), into: buffer) }
    return try file.read(into: buffer)
  }

  package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int?) throws -> Int {
    let file = FileDescriptor(rawValue: descriptor)
    if let offset { return try file.write(toAbsoluteOffset: Int64(offset), bytes) }
    return try file.write(bytes)
  }

  package func resize(_ descriptor: Int32, to byteCount: Int) throws {
    try FileDescriptor(rawValue: descriptor).resize(to: Int64(byteCount))
  }

  package func sync(_ descriptor: Int32) throws { try systemCall(returning: { fsync(descriptor) }) }

  package func close(_ descriptor: Int32) throws { try FileDescriptor(rawValue: descriptor).close() }

  package func rename(_ path: String, to newPath: String) throws {
    try systemCall(returning: { Glibc.rename(PathText.bytes(of: path), PathText.bytes(of: newPath)) })
  }

  package func link(_ path: String, to newPath: String) throws {
    try systemCall(returning: { Glibc.link(PathText.bytes(of: path), PathText.bytes(of: newPath)) })
  }

  package func remove(_ path: String) throws { try systemCall(returning: { unlink(PathText.bytes(of: path)) }) }
}
