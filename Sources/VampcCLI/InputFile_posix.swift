import Bitstream
import Foundation

/// The bytes of an open regular file, any part of them.
struct InputFile: RandomAccessBytes {
  let name: String
  let byteCount: Int
  private let descriptor: Int32
  private let firstByte: Int

  /// The file from `firstByte` on; nil where it is none.
  ///
  /// - Parameter descriptor: stays open as long as this is used.
  init?(descriptor: Int32, name: String, firstByte: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.name = name
    self.descriptor = descriptor
    self.firstByte = firstByte
    byteCount = max(0, Int(status.st_size) - firstByte)
  }

  /// - Throws: `InputBytesError`, `Interrupted`.
  func bytes(in range: Range<Int>) throws -> [UInt8] {
    try Interruption.shared.check()
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initializedCount in
      while initializedCount < range.count, failure == nil {
        let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[initializedCount...])
        let offset = firstByte + range.lowerBound + initializedCount
        let count = pread(descriptor, target.baseAddress, range.count - initializedCount, off_t(offset))
        if count > 0 {
          initializedCount += count
        } else if count == 0 {
          failure = "the file has become shorter"
        } else if errno != EINTR {
          failure = String(cString: strerror(errno))
        }
      }
    }
    if let failure {
      throw InputBytesError.readFailed(file: name, byteOffset: range.lowerBound + bytes.count, reason: failure)
    }
    return bytes
  }
}
