import Glibc
import SystemPackage

extension OpenFile {
  /// Writes `count` bytes at the file position. A pipe without a reader gives an error, never a signal.
  package func write(_ source: UnsafeRawPointer, count: Int) throws(SystemFailure) {
    var done = 0
    while done < count {
      done += try whenReady(for: POLLOUT) {
        try withoutBrokenPipeSignal {
          try SystemFileCalls.current.write(
            descriptor, UnsafeRawBufferPointer(start: source + done, count: count - done), at: nil)
        }
      }
    }
  }

  /// Writes all bytes at the file position. A pipe without a reader gives an error, never a signal.
  package func write(_ bytes: [UInt8]) throws(SystemFailure) {
    try bytes.withBytes { (base: UnsafeRawPointer) throws(SystemFailure) in try write(base, count: bytes.count) }
  }

  /// Writes all bytes at byte `offset` of a file, with one call where the system takes all bytes.
  ///
  /// - Parameters:
  ///   - bytes: bytes to write.
  ///   - offset: byte of the file, counted from 0, at which the first byte is written.
  ///   - writtenCount: receives the number of bytes that have been written, also after a failure.
  package func write(_ bytes: [UInt8], at offset: Int, writtenCount: inout Int) throws(SystemFailure) {
    writtenCount = 0
    while writtenCount < bytes.count {
      let done = writtenCount
      let count = try bytes.withBytes { (base: UnsafeRawPointer) throws(SystemFailure) in
        try whenReady(for: POLLOUT) {
          try SystemFileCalls.current.write(
            descriptor, UnsafeRawBufferPointer(start: base + done, count: bytes.count - done), at: offset + done)
        }
      }
      // A file that accepts no bytes would repeat the loop for ever.
      guard let count, count > 0 else { throw SystemFailure.inputOutput }
      writtenCount += count
    }
  }
}

extension [UInt8] {
  /// Calls `body` with the address of the first byte and returns the result; nil, without a call, for an empty array.
  @discardableResult
  fileprivate func withBytes<Value>(
    _ body: (UnsafeRawPointer) throws(SystemFailure) -> Value
  ) throws(SystemFailure) -> Value? {
    let result = withUnsafeBytes { buffer -> Result<Value, SystemFailure>? in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return nil }
      do throws(SystemFailure) { return .success(try body(base)) } catch { return .failure(error) }
    }
    return try result?.get()
  }
}

/// Runs a write with SIGPIPE blocked in this thread, and removes the signal if the write raised it.
///
/// The signal disposition of the process stays unchanged, because it belongs to the program, not to a library.
private func withoutBrokenPipeSignal(_ write: () throws -> Int) throws -> Int {
  var brokenPipe = sigset_t()
  var before = sigset_t()
  var pending = sigset_t()
  sigemptyset(&brokenPipe)
  sigaddset(&brokenPipe, SIGPIPE)
  sigpending(&pending)
  let wasPending = sigismember(&pending, SIGPIPE) == 1
  pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  do { return try write() } catch {
    if (error as? Errno == .brokenPipe) || (error as? SystemFailure)?.isBrokenPipe ?? false, !wasPending {
      var immediately = timespec(tv_sec: 0, tv_nsec: 0)
      while sigtimedwait(&brokenPipe, nil, &immediately) < 0 && errno == EINTR {}
    }
    throw error
  }
}
