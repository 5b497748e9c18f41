import Glibc
import SystemCalls

/// File, or joined byte ranges of a file, that C libraries access through callbacks. The object keeps the first
/// failure, because the libraries do not pass its reason on.
final class VirtualFile {
  let descriptor: OpenFile
  private(set) var failure: SystemFailure?
  /// Accessible byte ranges; `nil` for a file being written, which grows.
  private let byteRanges: [Range<Int>]?
  /// Position, counted from the start of the first byte range.
  private(set) var position = 0

  /// Opens a file for writing from its beginning.
  init(writing descriptor: OpenFile) {
    self.descriptor = descriptor
    byteRanges = nil
  }

  /// Opens byte ranges of a seekable file for reading, one behind the other; the position of the descriptor stays
  /// unchanged.
  init(reading descriptor: OpenFile, byteRanges: [Range<Int>]) {
    self.descriptor = descriptor
    self.byteRanges = byteRanges
  }

  /// Pointer for the callbacks of a library, valid as long as this object lives.
  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ userData: UnsafeMutableRawPointer) -> VirtualFile {
    Unmanaged.fromOpaque(userData).takeUnretainedValue()
  }

  func byteCount() -> Int {
    if let byteRanges { return byteRanges.reduce(0) { $0 + $1.count } }
    return attempt(0) { () throws(SystemFailure) in try descriptor.byteCount() }
  }

  /// Moves the position and returns the new position; −1 for an impossible position, which is an error of the library
  /// and not kept as a failure.
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

  /// Reads `count` bytes, or up to the end of the byte ranges, and returns their number.
  func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    var done = 0
    while done < count {
      let place = place(of: position, wanted: count - done)
      let got = attempt(0) { () throws(SystemFailure) in
        try descriptor.read(into: target + done, count: place.count, at: place.lowerBound)
      }
      if got <= 0 { break }
      done += got
      position += got
    }
    return done
  }

  /// Returns the byte range of the file for at most `wanted` bytes from `position` on, up to the end of one of
  /// `byteRanges`; empty behind the last of them.
  private func place(of position: Int, wanted: Int) -> Range<Int> {
    guard let byteRanges else { return position..<position + min(wanted, max(0, byteCount() - position)) }
    var offset = position
    for range in byteRanges {
      if offset < range.count {
        return range.lowerBound + offset..<range.lowerBound + min(range.count, offset + wanted)
      }
      offset -= range.count
    }
    return 0..<0
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
