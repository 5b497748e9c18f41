#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Failure of a system call.
struct SystemFailure: Error, Equatable {
  let code: Int32
  /// The system's text, such as "No space left on device".
  var reason: String { String(cString: strerror(code)) }
}

/// Owner of an open file descriptor.
final class FileDescriptor {
  enum Kind { case regularFile, directory, other }

  private var number: Int32

  init(openingToRead path: String) throws(SystemFailure) {
    number = open(path, O_RDONLY | O_CLOEXEC)
    if number < 0 { throw SystemFailure(code: errno) }
  }

  /// Creates the file or empties it.
  init(creating path: String) throws(SystemFailure) {
    number = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    // A device or a pipe may allow writing alone.
    if number < 0, errno == EACCES { number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
    if number < 0 { throw SystemFailure(code: errno) }
  }

  /// A second descriptor for the same open file; the caller keeps its own.
  init(duplicating descriptor: Int32) throws(SystemFailure) {
    number = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    if number < 0 { throw SystemFailure(code: errno) }
  }

  /// A file without a name in `folder`, gone when it is closed.
  init(temporaryIn folder: String) throws(SystemFailure) {
    var template = Array("\(folder)/vampc-spool-XXXXXX".utf8CString)
    number = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    if number < 0 { throw SystemFailure(code: errno) }
    _ = template.withUnsafeBufferPointer { unlink($0.baseAddress!) }
  }

  deinit { if number >= 0 { _ = close(number) } }

  /// Closes now, so that a failure is seen: a network file system may report a full disk only here.
  func closeNow() throws(SystemFailure) {
    guard number >= 0 else { return }
    let result = close(number)
    number = -1
    if result < 0 && errno != EINTR { throw SystemFailure(code: errno) }
  }

  func kind() throws(SystemFailure) -> Kind {
    switch try status().st_mode & S_IFMT {
    case S_IFREG: .regularFile
    case S_IFDIR: .directory
    default: .other
    }
  }

  func byteCount() throws(SystemFailure) -> Int { Int(try status().st_size) }

  /// Whether writes go to the end, wherever the position is.
  func appendsOnly() -> Bool { fcntl(number, F_GETFL) & O_APPEND != 0 }

  /// The position in bytes; fails for pipes.
  func position() throws(SystemFailure) -> Int { try seek(0, SEEK_CUR) }

  @discardableResult
  func seek(_ offset: Int, _ whence: Int32 = SEEK_SET) throws(SystemFailure) -> Int {
    let position = lseek(number, off_t(offset), whence)
    if position < 0 { throw SystemFailure(code: errno) }
    return Int(position)
  }

  /// Reads up to `count` bytes; 0 at the end.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(SystemFailure) -> Int {
    while true {
      #if canImport(Glibc)
        let got = Glibc.read(number, target, count)
      #else
        let got = Darwin.read(number, target, count)
      #endif
      if got >= 0 { return got }
      try waitOrThrow(for: POLLIN)
    }
  }

  /// Reads up to `count` bytes from a place, without moving the position; 0 at the end.
  func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) throws(SystemFailure) -> Int {
    while true {
      let got = pread(number, target, count, off_t(offset))
      if got >= 0 { return got }
      try waitOrThrow(for: POLLIN)
    }
  }

  /// Up to `count` bytes; none at the end.
  func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
    var failure: SystemFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      do throws(SystemFailure) {
        initialized = try read(into: base, count: count)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all bytes. A reader that went away is an error here, never a signal.
  func write(_ source: UnsafeRawPointer, count: Int) throws(SystemFailure) {
    var done = 0
    while done < count {
      let put = withoutBrokenPipeSignal { () -> Int in
        #if canImport(Glibc)
          Glibc.write(number, source + done, count - done)
        #else
          Darwin.write(number, source + done, count - done)
        #endif
      }
      if put > 0 { done += put } else if put < 0 { try waitOrThrow(for: POLLOUT) }
    }
  }

  func write(_ bytes: [UInt8]) throws(SystemFailure) {
    guard !bytes.isEmpty else { return }
    var failure: SystemFailure?
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(SystemFailure) {
        try write(base, count: buffer.count)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func status() throws(SystemFailure) -> stat {
    var status = stat()
    if fstat(number, &status) < 0 { throw SystemFailure(code: errno) }
    return status
  }

  /// After a failed call: returns when it is worth trying again.
  private func waitOrThrow(for events: Int32) throws(SystemFailure) {
    let code = errno
    if code == EINTR { return }
    guard code == EAGAIN || code == EWOULDBLOCK else { throw SystemFailure(code: code) }
    var waiting = pollfd(fd: number, events: Int16(events), revents: 0)
    _ = poll(&waiting, 1, -1)
  }
}

/// Runs a write with SIGPIPE held back in this thread, and takes the signal away if the write raised it.
///
/// The disposition of the process is not touched: a library must not.
private func withoutBrokenPipeSignal(_ write: () -> Int) -> Int {
  var brokenPipe = sigset_t()
  var before = sigset_t()
  var pending = sigset_t()
  sigemptyset(&brokenPipe)
  sigaddset(&brokenPipe, SIGPIPE)
  sigpending(&pending)
  let wasPending = sigismember(&pending, SIGPIPE) == 1
  pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
  let result = write()
  let code = errno
  if result < 0 && code == EPIPE && !wasPending {
    #if canImport(Glibc)
      var immediately = timespec(tv_sec: 0, tv_nsec: 0)
      while sigtimedwait(&brokenPipe, nil, &immediately) < 0 && errno == EINTR {}
    #else
      var signal: Int32 = 0
      sigwait(&brokenPipe, &signal)
    #endif
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  errno = code
  return result
}
