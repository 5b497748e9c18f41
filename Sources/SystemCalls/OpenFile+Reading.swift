import Glibc
import SystemPackage

extension OpenFile {
  /// Reads up to `count` bytes at the file position and returns their number; 0 at the end of the file and where `stop`
  /// ends reading.
  package func read(into target: UnsafeMutableRawPointer, count: Int) throws(SystemFailure) -> Int {
    if let stop, !stop.waitsSuccessfully(for: descriptor) { return 0 }
    let byteCount = try whenReady(for: POLLIN) {
      try SystemFileCalls.current.read(
        descriptor, into: UnsafeMutableRawBufferPointer(start: target, count: count), at: nil)
    }
    stop?.count(byteCount)
    return byteCount
  }

  /// Reads up to `count` bytes at byte `offset` and returns their number, without moving the file position; 0 at the
  /// end of the file.
  package func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) throws(SystemFailure) -> Int {
    return try whenReady(for: POLLIN) {
      try SystemFileCalls.current.read(
        descriptor, into: UnsafeMutableRawBufferPointer(start: target, count: count), at: offset)
    }
  }

  /// Reads and returns up to `count` bytes at the file position; none at the end of the file and where `stop` ends
  /// reading.
  package func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
    try bytes(capacity: count) { (target: UnsafeMutableRawBufferPointer) throws(SystemFailure) in
      guard let base = target.baseAddress else { return 0 }
      return try read(into: base, count: count)
    }
  }

  /// Reads and returns the bytes of the file in `range`; fewer where the file ends earlier.
  package func bytes(in range: Range<Int>) throws(SystemFailure) -> [UInt8] {
    try bytes(capacity: range.count) { (target: UnsafeMutableRawBufferPointer) throws(SystemFailure) in
      guard let base = target.baseAddress else { return 0 }
      return try fill(base, count: range.count, at: range.lowerBound)
    }
  }

  /// Reads `count` bytes at byte `offset`, or up to the end of the file, and returns their number.
  package func fill(_ target: UnsafeMutableRawPointer, count: Int, at offset: Int) throws(SystemFailure) -> Int {
    var done = 0
    while done < count {
      let got = try read(into: target + done, count: count - done, at: offset + done)
      if got == 0 { break }
      done += got
    }
    return done
  }

  private func bytes(
    capacity: Int, _ read: (UnsafeMutableRawBufferPointer) throws(SystemFailure) -> Int
  ) throws(SystemFailure) -> [UInt8] {
    var failure: SystemFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
      do throws(SystemFailure) {
        initializedCount = try read(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<capacity]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
