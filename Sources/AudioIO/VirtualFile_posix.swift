import Glibc
import SystemCalls

/// File, or byte range of a file, that C libraries access through callbacks. Keeps the first failure, whose reason the
/// libraries drop.
final class VirtualFile {
  let descriptor: OpenFile
  private(set) var failure: SystemFailure?
  /// Accessible byte range; `nil` for a file being written, which grows.
  private let byteRange: Range<Int>?
  /// Position, counted from the start of the byte range.
  private(set) var position = 0

  /// Opens a file for writing from its beginning.
  init(writing descriptor: OpenFile) {
    self.descriptor = descriptor
    byteRange = nil
  }

  /// Opens a byte range of a seekable file for reading; the position of the descriptor stays unchanged.
  init(reading descriptor: OpenFile, byteRange: Range<Int>) {
    self.descriptor = descriptor
    self.byteRange = byteRange
  }

  /// Pointer for the callbacks of a library, valid as long as this object lives.
  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ userData: UnsafeMutableRawPointer) -> VirtualFile {
    Unmanaged.fromOpaque(userData).takeUnretainedValue()
  }

  func byteCount() -> Int {
    if let byteRange { return byteRange.count }
    return attempt(0) { () throws(SystemFailure) in try descriptor.byteCount() }
  }

  /// Moves the position and returns it; −1 for an impossible position, which is an error of the library and not kept as
  /// a failure.
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

  /// Reads `count` bytes, or up to the end of the byte range, and returns their number.
  func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let start = byteRange?.lowerBound ?? 0
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

  /// Runs a system call; keeps the first failure and returns `fallback` for it.
  private func attempt(_ fallback: Int, _ body: () throws(SystemFailure) -> Int) -> Int {
    do throws(SystemFailure) {
      return try body()
    } catch {
      if failure == nil { failure = error }
      return fallback
    }
  }
}
