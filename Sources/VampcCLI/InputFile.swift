import Bitstream
import SystemCalls

/// Random access to the bytes of an open regular file.
struct InputFile: RandomAccessBytes {
  let name: String
  let byteCount: Int
  private let file: OpenFile
  private let firstByte: Int

  /// Bytes of the file from file offset `firstByte` on; nil for anything but a regular file.
  init?(_ file: OpenFile, name: String, firstByte: Int) {
    guard let status = try? file.status(), status.kind == .regularFile else { return nil }
    (self.file, self.name, self.firstByte) = (file, name, firstByte)
    byteCount = max(0, status.byteCount - firstByte)
  }

  /// Reads the bytes in a range, counted from `firstByte`.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func bytes(in range: Range<Int>) throws -> [UInt8] {
    try Interruption.shared.check()
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try file.bytes(in: firstByte + range.lowerBound..<firstByte + range.upperBound)
    } catch {
      throw InputBytesError.readFailed(file: name, byteOffset: range.lowerBound, reason: error.reason)
    }
    guard bytes.count == range.count else {
      throw InputBytesError.readFailed(
        file: name, byteOffset: range.lowerBound + bytes.count, reason: "the file has become shorter")
    }
    return bytes
  }
}
