/// Header of a Sony Wave64 stream: WAV with 128-bit chunk names and 64-bit sizes.
enum W64Header {
  private static let riff: [UInt8] =
    Array("riff".utf8) + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0]
  /// Last 12 bytes of the names `wave`, `fmt ` and `data`, and of most other chunk names; the first four bytes of a
  /// name are letters.
  private static let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
  private static let largestFormatChunkByteCount = 1 << 16
  /// Number of bytes of a chunk's name and size; the size of a chunk includes these bytes.
  private static let chunkHeaderByteCount = 24

  static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: riff) }

  /// Reads the header; the stream then stands at the first sample.
  ///
  /// - Throws: ``HeaderFailure``; `.notPlainPCM` for compressed samples.
  static func read(from stream: ByteStream) throws(HeaderFailure) -> PCMLayout {
    let start = try stream.header(40, "W64 header")
    guard Array(start[24...]) == Array("wave".utf8) + tail else { throw .notPlainPCM("W64 of an unknown type") }
    var format: WavHeader.Format?
    while true {
      let chunk = HeaderFields(bytes: try stream.header(chunkHeaderByteCount, "chunk list"), isBigEndian: false)
      let name = Array(chunk.bytes[4..<16]) == tail ? chunk.name(at: 0) : "?"
      let byteCount = chunk.unsigned(at: 16, byteCount: 8) - chunkHeaderByteCount
      guard byteCount >= 0 else { throw .malformed("W64 chunk shorter than its own header") }
      if name == "data" {
        guard let format else { throw .malformed("samples before their format") }
        guard case .pcm(let encoding) = format.coding else { throw .notPlainPCM("MPEG audio in W64") }
        // In a pipe ffmpeg writes the largest signed number, other programs all ones or 0.
        let isUnknown = byteCount == 0 || byteCount >= Int.max / 2
        return PCMLayout(
          encoding: encoding,
          sampleRateHz: format.sampleRateHz, channelCount: format.channelCount,
          speakerLayout: format.speakerLayout, dataByteOffset: stream.position,
          dataByteCount: isUnknown ? nil : byteCount, container: "W64",
          spareBitCount: format.spareBitCount)
      }
      let padding = (8 - byteCount % 8) % 8
      if name == "fmt " {
        guard (16...largestFormatChunkByteCount).contains(byteCount) else {
          throw .malformed("format chunk of \(byteCount) bytes")
        }
        format = try WavHeader.Format(
          HeaderFields(bytes: try stream.header(byteCount + padding, "format chunk"), isBigEndian: false))
      } else {
        guard byteCount < Int.max / 2 else { throw .malformed("W64 chunk of \(byteCount) bytes before the samples") }
        try stream.skipHeader(byteCount + padding, "chunk before the samples")
      }
    }
  }
}
