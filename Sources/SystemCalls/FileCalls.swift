import Glibc
import SystemPackage

/// System calls for files and their names. Tests put others in their place, which fail at a chosen call or record what
/// is written.
///
/// Each function is one call of the system and throws ``SystemFailure`` or `Errno`.
package protocol FileCalls: Sendable {
  /// Opens or creates a file.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - flags: Flags of `open(2)`.
  /// - Returns: The descriptor.
  func open(_ path: String, flags: Int32) throws -> Int32

  /// Reads up to the size of `buffer` and returns the number of bytes.
  ///
  /// - Parameters:
  ///   - descriptor: File to read.
  ///   - buffer: Memory for the bytes.
  ///   - offset: Byte offset; nil reads at the position and moves it.
  func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int?) throws -> Int

  /// Writes up to the size of `bytes` and returns the number of bytes.
  ///
  /// - Parameters:
  ///   - descriptor: File to write.
  ///   - bytes: Bytes to write.
  ///   - offset: Byte offset; nil writes at the position and moves it.
  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int?) throws -> Int

  /// Sets the length of a file.
  ///
  /// - Parameters:
  ///   - descriptor: File to cut off or to extend with zeros.
  ///   - byteCount: New length.
  func resize(_ descriptor: Int32, to byteCount: Int) throws

  /// Flushes a file to the disk.
  func sync(_ descriptor: Int32) throws

  /// Closes a file.
  func close(_ descriptor: Int32) throws

  /// Renames a file; an existing file with the new name is replaced.
  ///
  /// - Parameters:
  ///   - path: Present path.
  ///   - newPath: New path.
  func rename(_ path: String, to newPath: String) throws

  /// Gives a file another name.
  ///
  /// - Parameters:
  ///   - path: Present path.
  ///   - newPath: Additional path.
  func link(_ path: String, to newPath: String) throws

  /// Removes the name of a file.
  func remove(_ path: String) throws
}

/// Calls of the operating system.
package struct SystemFileCalls: FileCalls {
  /// Calls that ``OpenFile`` and ``FileName`` make, in the thread or task that a test has given others.
  @TaskLocal package static var current: any FileCalls = SystemFileCalls()

  package init() {}

  package func open(_ path: String, flags: Int32) throws -> Int32 {
    // The process's mask takes away from these permissions, as for every new file.
    try systemCall(returning: { Glibc.open(PathText.bytes(of: path), flags | O_CLOEXEC, 0o666) })
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
