import Signal

/// Header of a Sun/NeXT AU stream. Like WAV, AU may pass through a pipe with an unknown length.
enum AuHeader {
  private static let largestHeaderByteCount = 1 << 20

  /// Reads the header; the stream then stands at the first sample.
  ///
  /// - Throws: ``HeaderFailure``; `.notPlainPCM` for an encoding that libsndfile may know.
  static func read(from stream: ByteStream) throws(HeaderFailure) -> PCMLayout {
    let fields = HeaderFields(bytes: try stream.header(24, "AU header"), isBigEndian: true)
    guard fields.name(at: 0) == ".snd" else { throw .notPlainPCM("no AU file") }
    let dataOffset = fields.unsigned(at: 4, byteCount: 4)
    let byteCount = fields.unsigned(at: 8, byteCount: 4)
    let code = fields.unsigned(at: 12, byteCount: 4)
    let rate = fields.unsigned(at: 16, byteCount: 4)
    let channels = fields.unsigned(at: 20, byteCount: 4)
    guard (24...largestHeaderByteCount).contains(dataOffset) else {
      throw .malformed("AU header of \(dataOffset) bytes")
    }
    guard RawAudioFormat.allowedChannelCounts.contains(channels) else { throw .malformed("\(channels) channels") }
    guard RawAudioFormat.allowedSampleRatesHz.contains(rate) else { throw .malformed("sample rate \(rate) Hz") }
    let encodings: [Int: PCMEncoding] = [
      1: .mulaw, 2: .s8, 3: .s16be, 4: .s24be, 5: .s32be, 6: .f32be, 7: .f64be, 27: .alaw,
    ]
    guard let encoding = encodings[code] else { throw .notPlainPCM("AU encoding \(code)") }
    try stream.skipHeader(dataOffset - 24, "AU annotation")
    return PCMLayout(
      encoding: encoding, sampleRateHz: rate, channelCount: channels,
      speakerLayout: .usual(channelCount: channels), dataByteOffset: dataOffset,
      dataByteCount: byteCount == 0xFFFF_FFFF ? nil : byteCount, container: "AU")
  }
}
