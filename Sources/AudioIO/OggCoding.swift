/// Audio coding of an Ogg stream, by the first bytes of its first packet.
enum OggCoding: CaseIterable {
  case opus, vorbis, flac

  init?(_ packet: ArraySlice<UInt8>) {
    guard let found = Self.allCases.first(where: { packet.starts(with: $0.signature) }) else { return nil }
    self = found
  }

  /// First bytes of the first packet of a stream with this coding (RFC 7845, section 5.1; Vorbis I specification,
  /// section 4.2.1; xiph.org, "Ogg FLAC mapping").
  private var signature: [UInt8] {
    switch self {
    case .opus: Array("OpusHead".utf8)
    case .vorbis: [1] + Array("vorbis".utf8)
    case .flac: [0x7F] + Array("FLAC".utf8)
    }
  }
}
