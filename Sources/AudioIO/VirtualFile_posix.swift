#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file as C libraries see it through call-backs; remembers the first failure, which those libraries only count.
final class VirtualFile {
  let descriptor: FileDescriptor
  private(set) var failure: SystemFailure?

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// The pointer to hand to a library; valid as long as this object lives.
  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ userData: UnsafeMutableRawPointer) -> VirtualFile {
    Unmanaged.fromOpaque(userData).takeUnretainedValue()
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

  func byteCount() -> Int { attempt(0) { () throws(SystemFailure) in try descriptor.byteCount() } }

  func seek(_ offset: Int, _ whence: Int32) -> Int {
    attempt(-1) { () throws(SystemFailure) in try descriptor.seek(offset, whence) }
  }

  func position() -> Int { attempt(-1) { () throws(SystemFailure) in try descriptor.position() } }

  /// Reads until `count` bytes are there or the file ends.
  func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    var done = 0
    while done < count {
      let got = attempt(0) { () throws(SystemFailure) in
        try descriptor.read(into: target + done, count: count - done)
      }
      if got <= 0 { break }
      done += got
    }
    return done
  }

  func write(_ source: UnsafeRawPointer, count: Int) -> Int {
    attempt(0) { () throws(SystemFailure) in
      try descriptor.write(source, count: count)
      return count
    }
  }
}
