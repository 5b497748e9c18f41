import Glibc
import SystemCalls

/// A file, or a stretch of one, as C libraries see it through call-backs; remembers the first failure, which those
/// libraries only count.
final class VirtualFile {
  let descriptor: OpenFile
  private(set) var failure: SystemFailure?
  /// The bytes to be seen; `nil` for a file being written, which grows.
  private let window: Range<Int>?
  /// Counted from the start of the window.
  private(set) var position = 0

  /// A file being written, from its beginning.
  init(writing descriptor: OpenFile) {
    self.descriptor = descriptor
    window = nil
  }

  /// Some bytes of a seekable file being read; the descriptor's own position is left alone.
  init(reading descriptor: OpenFile, window: Range<Int>) {
    self.descriptor = descriptor
    self.window = window
  }

  /// The pointer to hand to a library; valid as long as this object lives.
  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ userData: UnsafeMutableRawPointer) -> VirtualFile {
    Unmanaged.fromOpaque(userData).takeUnretainedValue()
  }

  func byteCount() -> Int {
    if let window { return window.count }
    return attempt(0) { () throws(SystemFailure) in try descriptor.byteCount() }
  }

  /// The new position; −1, with nothing remembered, for a place that no file has: that is the library's error.
  func seek(_ offset: Int, _ whence: Int32) -> Int {
    let base =
      switch whence {
      case SEEK_CUR: position
      case SEEK_END: byteCount()
      default: 0
      }
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return -1 }
    position = target
    return target
  }

  /// Reads until `count` bytes are there or the file ends.
  func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let start = window?.lowerBound ?? 0
    let wanted = min(count, max(0, byteCount() - position))
    var done = 0
    while done < wanted {
      let got = attempt(0) { () throws(SystemFailure) in
        try descriptor.read(into: target + done, count: wanted - done, at: start + position)
      }
      if got <= 0 { break }
      done += got
      position += got
    }
    return done
  }

  func write(_ source: UnsafeRawPointer, count: Int) -> Int {
    let done = attempt(0) { () throws(SystemFailure) in
      try descriptor.seek(position)
      try descriptor.write(source, count: count)
      return count
    }
    position += done
    return done
  }

  /// Runs a system call; its failure is kept and stands as `fallback`.
  private func attempt(_ fallback: Int, _ body: () throws(SystemFailure) -> Int) -> Int {
    do throws(SystemFailure) {
      return try body()
    } catch {
      if failure == nil { failure = error }
      return fallback
    }
  }
}
