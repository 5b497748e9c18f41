import SystemCalls

/// Reason why a header cannot be read.
enum HeaderFailure: Error, Equatable {
  case system(SystemFailure)
  /// Samples other than PCM, or another kind of file than expected; libsndfile may decode the input.
  case notPlainPCM(String)
  case malformed(String)
}

extension ByteStream {
  /// Consumes `count` bytes of a header; `what` names them in an error.
  ///
  /// - Throws: ``HeaderFailure``; `.malformed` if the input has fewer bytes left.
  func header(_ count: Int, _ what: String) throws(HeaderFailure) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemFailure) { bytes = try read(count) } catch { throw .system(error) }
    guard bytes.count == count else { throw .malformed("ends within the \(what)") }
    return bytes
  }

  /// Skips `count` bytes of a header; `what` names them in an error.
  ///
  /// - Throws: ``HeaderFailure``; `.malformed` if the input has fewer bytes left.
  func skipHeader(_ count: Int, _ what: String) throws(HeaderFailure) {
    let skipped: Int
    do throws(SystemFailure) { skipped = try skip(count) } catch { throw .system(error) }
    guard skipped == count else { throw .malformed("ends within the \(what)") }
  }
}

/// Bytes of a header, with functions that read integers and names from them.
struct HeaderFields {
  let bytes: [UInt8]
  let isBigEndian: Bool

  /// Returns an unsigned integer of at most 8 bytes, clamped to `Int.max`.
  func unsigned(at offset: Int, byteCount: Int) -> Int {
    var value: UInt64 = 0
    for index in 0..<byteCount {
      let place = isBigEndian ? byteCount - 1 - index : index
      value |= UInt64(bytes[offset + index]) << UInt64(8 * place)
    }
    return Int(clamping: value)
  }

  /// Returns four bytes as characters, unprintable ones as `?`.
  func name(at offset: Int) -> String {
    String(
      String.UnicodeScalarView(
        bytes[offset..<offset + 4].map { (0x20..<0x7F).contains($0) ? Unicode.Scalar($0) : "?" }))
  }
}
