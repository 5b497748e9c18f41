/// Where plain samples lie in a stream: what a header says about them.
struct PCMLayout: Equatable {
  var encoding: PCMEncoding
  var sampleRateHz: Int
  var channelCount: Int
  /// Position of the first sample.
  var dataByteOffset: Int
  /// Bytes of sample data; `nil` when the header was written into a pipe and cannot know.
  var dataByteCount: Int?
  var tags: [AudioTag] = []
  /// The container, such as `WAV`.
  var container: String

  var frameByteCount: Int { channelCount * encoding.byteCount }
}

/// Why a header was not understood.
enum HeaderFailure: Error, Equatable {
  case system(SystemFailure)
  /// Another reader may know better: a codec within the container, say.
  case notPlainPCM(String)
  case malformed(String)
}

extension ByteStream {
  /// Consumes exactly `count` bytes of a header.
  func header(_ count: Int, _ what: String) throws(HeaderFailure) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemFailure) { bytes = try read(count) } catch { throw .system(error) }
    guard bytes.count == count else { throw .malformed("ends within the \(what)") }
    return bytes
  }

  func skipHeader(_ count: Int, _ what: String) throws(HeaderFailure) {
    let skipped: Int
    do throws(SystemFailure) { skipped = try skip(count) } catch { throw .system(error) }
    guard skipped == count else { throw .malformed("ends within the \(what)") }
  }
}

/// Reads integers from header bytes.
struct HeaderFields {
  let bytes: [UInt8]
  let isBigEndian: Bool

  func unsigned(at offset: Int, byteCount: Int) -> Int {
    var value: UInt64 = 0
    for index in 0..<byteCount {
      let place = isBigEndian ? byteCount - 1 - index : index
      value |= UInt64(bytes[offset + index]) << UInt64(8 * place)
    }
    return Int(clamping: value)
  }

  /// Four characters, anything unprintable as `?`.
  func name(at offset: Int) -> String {
    String(
      String.UnicodeScalarView(
        bytes[offset..<offset + 4].map { (0x20..<0x7F).contains($0) ? Unicode.Scalar($0) : "?" }))
  }
}
