import Foundation
import SystemCalls

/// Calls of the system that are recorded, and of which one can fail.
///
/// `@unchecked Sendable` is safe: each test uses its object in one thread.
final class RecordedFileCalls: FileCalls, @unchecked Sendable {
  /// Change of a file that a call made.
  enum Change: Equatable {
    case write(offset: Int, bytes: [UInt8])
    case resize(byteCount: Int)
    case sync
  }

  /// Failure of the chosen call.
  enum Fault: CaseIterable {
    /// The call fails with ENOSPC; a write first takes half of the bytes.
    case diskFull
    /// The call fails with EIO.
    case inputOutput
    /// This call and all later ones fail with EIO.
    case broken
  }

  /// Changes of files opened for writing so far, in order.
  private(set) var changes: [Change] = []
  /// Number of calls so far.
  private(set) var callCount = 0
  private let failing: (index: Int, fault: Fault)?
  private let real = SystemFileCalls()
  private var halfWritten = false

  /// Creates calls.
  ///
  /// - Parameter failing: Number of the call that fails, counted from 0, and how; nil for none.
  init(failing: (index: Int, fault: Fault)? = nil) { self.failing = failing }

  private func fault() throws -> Fault? {
    defer { callCount += 1 }
    guard let failing, callCount == failing.index || failing.fault == .broken && callCount > failing.index else {
      return nil
    }
    return failing.fault
  }

  private func failure(_ fault: Fault) -> SystemFailure { SystemFailure(code: fault == .diskFull ? ENOSPC : EIO) }

  private func step() throws { if let fault = try fault() { throw failure(fault) } }

  func open(_ path: String, flags: Int32, permissions: UInt32) throws -> Int32 {
    try step()
    return try real.open(path, flags: flags, permissions: permissions)
  }

  func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int?) throws -> Int {
    try step()
    return try real.read(descriptor, into: buffer, at: offset)
  }

  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int?) throws -> Int {
    var taken = bytes
    if halfWritten {
      halfWritten = false
      throw SystemFailure(code: ENOSPC)
    }
    if let fault = try fault() {
      guard fault == .diskFull, bytes.count > 1 else { throw failure(fault) }
      halfWritten = true
      taken = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)])
    }
    let count = try real.write(descriptor, taken, at: offset)
    changes.append(.write(offset: offset ?? 0, bytes: Array(taken[..<count])))
    return count
  }

  func resize(_ descriptor: Int32, to byteCount: Int) throws {
    try step()
    try real.resize(descriptor, to: byteCount)
    changes.append(.resize(byteCount: byteCount))
  }

  func sync(_ descriptor: Int32) throws {
    try step()
    try real.sync(descriptor)
    changes.append(.sync)
  }

  func close(_ descriptor: Int32) throws {
    let result = Result { try step() }
    try real.close(descriptor)
    try result.get()
  }

  func rename(_ path: String, to newPath: String) throws {
    try step()
    try real.rename(path, to: newPath)
  }

  func link(_ path: String, to newPath: String) throws {
    try step()
    try real.link(path, to: newPath)
  }

  func remove(_ path: String) throws {
    try step()
    try real.remove(path)
  }
}
