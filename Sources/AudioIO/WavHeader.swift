import Signal
import SystemCalls

/// Header of a WAV stream: RIFF, big-endian RIFX, RF64 and BW64, plain or `WAVE_FORMAT_EXTENSIBLE`.
///
/// Sources: Microsoft "Multimedia Programming Interface and Data Specifications 1.0", EBU Tech 3306 (RF64), ITU-R
/// BS.2088 (BW64).
enum WavHeader {
  /// Largest number of bytes of an INFO list with tags; a longer list is skipped.
  static let largestTagListByteCount = 1 << 20
  private static let largestFormatChunkByteCount = 1 << 16

  /// Samples of a WAV input.
  enum Samples {
    case pcm(PCMLayout)
    /// MPEG audio from a byte offset on; `byteCount` is `nil` if the header states none.
    case mpeg(byteOffset: Int, byteCount: Int?, tags: [AudioTag])
  }

  /// Reads the header; the stream then stands at the first sample.
  ///
  /// - Throws: ``HeaderFailure``; `.notPlainPCM` for other compressed samples, which libsndfile may decode.
  static func read(from stream: ByteStream) throws(HeaderFailure) -> Samples {
    let startByteOffset = stream.position
    let start = HeaderFields(bytes: try stream.header(12, "RIFF header"), isBigEndian: false)
    let form = start.name(at: 0)
    guard ["RIFF", "RIFX", "RF64", "BW64"].contains(form), start.name(at: 8) == "WAVE" else {
      throw .notPlainPCM("a \(form) file of type '\(start.name(at: 8))'")
    }
    let isBigEndian = form == "RIFX"
    let riffByteCount = HeaderFields(bytes: start.bytes, isBigEndian: isBigEndian).unsigned(at: 4, byteCount: 4)
    var format: Format?
    var longDataByteCount: Int?
    var tags: [AudioTag] = []
    var broadcastExtension: HeaderFields?
    while true {
      let chunk = HeaderFields(bytes: try stream.header(8, "chunk list before the samples"), isBigEndian: isBigEndian)
      let name = chunk.name(at: 0)
      let byteCount = chunk.unsigned(at: 4, byteCount: 4)
      switch name {
      case "data":
        guard let format else { throw .malformed("samples before their format") }
        let count = dataByteCount(
          stated: byteCount, long: longDataByteCount, riffByteCount: riffByteCount,
          headerByteCount: stream.position - startByteOffset)
        guard case .pcm(let encoding) = format.coding else {
          return .mpeg(byteOffset: stream.position, byteCount: count, tags: tags)
        }
        let isLong = byteCount == 0xFFFF_FFFF && longDataByteCount != nil
        return .pcm(
          PCMLayout(
            encoding: encoding,
            sampleRateHz: format.sampleRateHz, channelCount: format.channelCount,
            speakerLayout: format.speakerLayout, dataByteOffset: stream.position, dataByteCount: count, tags: tags,
            broadcastOrigin: broadcastExtension.flatMap { BroadcastOrigin($0, sampleRateHz: format.sampleRateHz) },
            container: form == "RIFF" || form == "RIFX" ? "WAV" : form,
            statedSize: PCMLayout.StatedSize(
              byteCount: isLong ? longDataByteCount ?? 0 : byteCount, isShort: !isLong),
            spareBitCount: format.spareBitCount))
      case "fmt ":
        guard (16...largestFormatChunkByteCount).contains(byteCount) else {
          throw .malformed("format chunk of \(byteCount) bytes")
        }
        format = try Format(
          HeaderFields(bytes: try stream.header(byteCount + byteCount % 2, "format chunk"), isBigEndian: isBigEndian))
      case "ds64" where byteCount >= 24 && byteCount <= largestFormatChunkByteCount:
        let sizes = HeaderFields(bytes: try stream.header(byteCount, "ds64 chunk"), isBigEndian: false)
        longDataByteCount = sizes.unsigned(at: 8, byteCount: 8)
      case "bext" where byteCount >= BroadcastOrigin.byteCount:
        broadcastExtension = HeaderFields(
          bytes: try stream.header(BroadcastOrigin.byteCount, "bext chunk"), isBigEndian: isBigEndian)
        try stream.skipHeader(byteCount + byteCount % 2 - BroadcastOrigin.byteCount, "bext chunk")
      case "LIST" where byteCount <= largestTagListByteCount:
        let list = try stream.header(byteCount + byteCount % 2, "LIST chunk")
        tags += infoTags(HeaderFields(bytes: Array(list.prefix(byteCount)), isBigEndian: isBigEndian))
      default:
        try stream.skipHeader(byteCount + byteCount % 2, "chunk '\(name)' before the samples")
      }
    }
  }

  /// Returns whether a size is a placeholder for an unknown size: ffmpeg writes 0xFFFFFFFF, sox 0x7FFFF000, arecord
  /// 0x80000000, other programs numbers near these.
  private static func isPlaceholder(_ byteCount: Int) -> Bool {
    byteCount >= 0xFFFF_F000 || (0x7FFF_F000...0x8000_0000).contains(byteCount)
  }

  /// Returns the number of bytes of the samples; `nil` if the samples extend to the end of the stream.
  private static func dataByteCount(stated: Int, long: Int?, riffByteCount: Int, headerByteCount: Int) -> Int? {
    if let long, stated == 0xFFFF_FFFF { return long == 0 || long == Int.max ? nil : long }
    if isPlaceholder(stated) { return nil }
    // Size 0 means an unfinished header, unless the RIFF size includes chunks behind an empty `data` chunk.
    if stated == 0 && (isPlaceholder(riffByteCount) || riffByteCount + 8 <= headerByteCount) { return nil }
    return stated
  }

  /// Returns the tags of a `LIST` chunk of type `INFO`, none for other types. Damage ends the list without an error.
  static func infoTags(_ list: HeaderFields) -> [AudioTag] {
    guard list.bytes.count >= 4, list.name(at: 0) == "INFO" else { return [] }
    var tags: [AudioTag] = []
    var offset = 4
    while offset + 8 <= list.bytes.count {
      let byteCount = list.unsigned(at: offset + 4, byteCount: 4)
      guard byteCount <= list.bytes.count - offset - 8 else { break }
      let chunk = list.name(at: offset)
      let text = AudioTag.text(from: list.bytes[offset + 8..<offset + 8 + byteCount])
      if let known = AudioTag.infoChunkNames.first(where: { $0.chunk == chunk }), !text.isEmpty {
        tags.append(AudioTag(name: known.name, value: text))
      }
      offset += 8 + byteCount + byteCount % 2
    }
    return tags
  }

  /// Content of a `fmt ` chunk.
  struct Format {
    var coding: Coding
    var sampleRateHz: Int
    var channelCount: Int
    /// Loudspeakers that the channel mask names, or without a mask the usual loudspeakers for the number of channels;
    /// `nil` if unknown.
    var speakerLayout: SpeakerLayout?
    /// Number of bits that each value leaves unused in the bytes of its sample; 0 if fewer than 8 bits are unused.
    var spareBitCount = 0

    /// Coding of the samples.
    enum Coding: Equatable {
      case pcm(PCMEncoding)
      /// MPEG audio, whose frames state their own format.
      case mpeg
    }

    /// Sub-format identifiers that stand for a plain format tag, without their first two bytes, which are the tag.
    private static let plainTail: [UInt8] = [
      0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
    ]
    private static let ambisonicTail: [UInt8] = [
      0x00, 0x00, 0x21, 0x07, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0x00, 0x00, 0x00,
    ]

    init(_ fields: HeaderFields) throws(HeaderFailure) {
      var tag = fields.unsigned(at: 0, byteCount: 2)
      channelCount = fields.unsigned(at: 2, byteCount: 2)
      sampleRateHz = fields.unsigned(at: 4, byteCount: 4)
      let frameByteCount = fields.unsigned(at: 12, byteCount: 2)
      let bitCount = fields.unsigned(at: 14, byteCount: 2)
      speakerLayout = .usual(channelCount: channelCount)
      if tag == 0xFFFE, fields.bytes.count >= 40 {
        tag = fields.unsigned(at: 24, byteCount: 2)
        let subformatTail = Array(fields.bytes[26..<40])
        speakerLayout =
          subformatTail == Self.ambisonicTail
          ? nil : SpeakerLayout(channelMask: fields.unsigned(at: 20, byteCount: 4), channelCount: channelCount)
        guard subformatTail == Self.plainTail || subformatTail == Self.ambisonicTail else {
          throw .notPlainPCM("WAV of an unknown sub-format")
        }
      }
      guard RawAudioFormat.allowedChannelCounts.contains(channelCount) else {
        throw .malformed("\(channelCount) channels")
      }
      guard RawAudioFormat.allowedSampleRatesHz.contains(sampleRateHz) else {
        throw .malformed("sample rate \(sampleRateHz) Hz")
      }
      if tag == 0x50 || tag == 0x55 {
        coding = .mpeg
        return
      }
      let encoding = try Self.encoding(
        tag, bitCount: bitCount, frameByteCount: frameByteCount, channelCount: channelCount,
        isBig: fields.isBigEndian)
      guard let encoding, frameByteCount == channelCount * encoding.byteCount else {
        throw .notPlainPCM("WAV codec \(tag), \(bitCount) bits, \(frameByteCount) bytes per \(channelCount) channels")
      }
      coding = .pcm(encoding)
      let containerBitCount = 8 * encoding.byteCount
      // Only whole unused bytes can be low or high: files with 20 bits in 3 bytes have the value in the high bits, by
      // the rule.
      if tag == 1, containerBitCount - bitCount >= 8 { spareBitCount = containerBitCount - bitCount }
    }

    /// Returns the encoding of PCM samples; `nil` for other codecs.
    private static func encoding(
      _ tag: Int, bitCount: Int, frameByteCount: Int, channelCount: Int, isBig: Bool
    ) throws(HeaderFailure) -> PCMEncoding? {
      var byteCount = (bitCount + 7) / 8
      if tag == 1, (9...32).contains(bitCount), frameByteCount > 0 {
        byteCount = frameByteCount / channelCount
        guard (bitCount...32).contains(8 * byteCount), frameByteCount == byteCount * channelCount else {
          throw .malformed(
            "its format chunk contradicts itself: \(bitCount) bits per sample, but \(frameByteCount) bytes for "
              + (channelCount == 1 ? "1 channel" : "\(channelCount) channels"))
        }
      }
      return switch (tag, byteCount) {
      case (1, 1): .u8
      case (1, 2): isBig ? .s16be : .s16le
      case (1, 3): isBig ? .s24be : .s24le
      case (1, 4): isBig ? .s32be : .s32le
      case (3, 4): isBig ? .f32be : .f32le
      case (3, 8): isBig ? .f64be : .f64le
      case (6, 1): .alaw
      case (7, 1): .mulaw
      default: nil
      }
    }
  }
}
