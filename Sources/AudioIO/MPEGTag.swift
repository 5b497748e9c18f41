import SystemCalls

/// Tag between the frames of an MPEG stream.
enum MPEGTag: Equatable {
  /// ID3 version 2 (id3.org, "ID3 tag version 2.4.0", section 3.1).
  case id3v2(byteCount: Int)
  /// ID3 version 1: 128 bytes.
  case id3v1
  /// APE version 1 or 2 (wiki.hydrogenaud.io, "APEv2 specification").
  case ape(byteCount: Int)

  /// Number of bytes by which a tag is recognised.
  static let headerByteCount = 32
  /// First byte of each kind of tag: `ID3`, `TAG`, `APETAGEX`.
  static let firstBytes = Array("ITA".utf8)
  /// Largest number of bytes of a tag that is read; a larger tag, which usually holds pictures, is skipped.
  static let largestTagByteCount = 1 << 24

  /// Recognises the tag with which `bytes` begin; `nil` if they begin with no tag.
  ///
  /// - Parameter bytes: At least ``headerByteCount`` bytes, or all bytes up to the end of the input.
  init?(_ bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    if bytes.count >= 10, bytes.starts(with: Array("ID3".utf8)), (2...4).contains(bytes[start + 3]),
      bytes[start + 6..<start + 10].allSatisfy({ $0 < 0x80 })
    {
      let size = bytes[start + 6..<start + 10].reduce(0) { $0 << 7 | Int($1) }
      self = .id3v2(byteCount: 10 + size + (bytes[start + 5] & 0x10 != 0 ? 10 : 0))
    } else if bytes.starts(with: Array("TAG".utf8)) {
      self = .id3v1
    } else if bytes.count >= 32, bytes.starts(with: Array("APETAGEX".utf8)) {
      let fields = HeaderFields(bytes: Array(bytes.prefix(32)), isBigEndian: false)
      let isHeader = fields.unsigned(at: 20, byteCount: 4) & 1 << 29 != 0
      self = .ape(byteCount: 32 + (isHeader ? fields.unsigned(at: 12, byteCount: 4) : 0))
    } else {
      return nil
    }
  }

  /// Returns whether some bytes, of which at least four are known, begin like a tag.
  static func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
    ["ID3", "TAG", "APET"].contains { bytes.starts(with: Array($0.utf8)) }
  }

  /// Consumes the tag and returns its texts; none for an APE tag and for a tag of more than ``largestTagByteCount``
  /// bytes.
  ///
  /// - Parameters:
  ///   - stream: Input at the first byte of the tag.
  ///   - limit: Largest number of bytes that may be consumed.
  func read(from stream: ByteStream, limit: Int = .max) throws(SystemFailure) -> [AudioTag] {
    let byteCount: Int =
      switch self {
      case .id3v2(let byteCount), .ape(let byteCount): byteCount
      case .id3v1: ID3v1Tag.byteCount
      }
    guard self != .ape(byteCount: byteCount), byteCount <= Self.largestTagByteCount else {
      _ = try stream.skip(min(byteCount, limit))
      return []
    }
    let bytes = try stream.read(min(byteCount, limit))
    return self == .id3v1 ? ID3v1Tag.tags(bytes) : ID3v2Tag.tags(bytes)
  }
}
