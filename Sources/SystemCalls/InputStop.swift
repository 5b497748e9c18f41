import Glibc
import Synchronization
import SystemPackage

/// Request, from any thread, to stop reading a live input. After the request, reading ends when 1 MiB has been read, or
/// when 1 s has passed and no byte is waiting. Bytes that have already arrived are therefore still read.
package final class InputStop: Sendable {
  /// Time in seconds after the request during which a writer that was stopped together with this program can write its
  /// last bytes.
  private static let graceSeconds = 1.0
  /// Number of bytes read after the request at which reading ends: 1 MiB, more than the 64 KiB that a pipe holds by
  /// default.
  private static let largestByteCount = 1 << 20

  private struct Request {
    let time = ContinuousClock.now
    var byteCount = 0
  }

  private let request = Mutex<Request?>(nil)
  private let readingEnd: FileDescriptor
  private let writingEnd: FileDescriptor

  package init() throws(SystemFailure) {
    let ends = try systemCall { try FileDescriptor.pipe() }
    (readingEnd, writingEnd) = (ends.readEnd, ends.writeEnd)
    for end in [readingEnd, writingEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    try? readingEnd.close()
    try? writingEnd.close()
  }

  /// Requests the end of reading. Further requests change nothing.
  package func stop() {
    let isFirst = request.withLock { request in
      defer { request = request ?? Request() }
      return request == nil
    }
    // The byte wakes a reader that waits in `poll`.
    if isFirst { try? OpenFile(borrowing: writingEnd.rawValue).write([0]) }
  }

  package var isRequested: Bool { request.withLock { $0 != nil } }

  /// Waits until a descriptor can be read; returns false where the request ends reading instead.
  func waitsSuccessfully(for descriptor: Int32) -> Bool {
    while true {
      guard let request = request.withLock({ $0 }) else {
        var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        waiting.append(pollfd(fd: readingEnd.rawValue, events: Int16(POLLIN), revents: 0))
        if poll(&waiting, 2, -1) > 0, waiting[0].revents != 0 { return true }
        continue
      }
      guard request.byteCount < Self.largestByteCount else { return false }
      let elapsed = (ContinuousClock.now - request.time) / .seconds(1)
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&waiting, 1, Int32(max(0, Self.graceSeconds - elapsed) * 1000))
      if count < 0, errno == EINTR { continue }
      return count > 0
    }
  }

  /// Adds to the number of bytes that were read after the request; does nothing before the request.
  func count(_ byteCount: Int) { request.withLock { $0?.byteCount += byteCount } }
}
