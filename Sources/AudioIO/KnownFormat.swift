/// Format that is recognised in an input that no library here could read. An error message then names the format,
/// instead of a hint to read the file as samples without a header.
struct KnownFormat: Equatable {
  /// Name for an error message, such as `a PNG picture` or `text`.
  let name: String
  /// Whether `ffmpeg` may find sound in a file of this format.
  let mayHoldSound: Bool

  /// Number of first bytes by which formats are recognised.
  static let recognisedByteCount = 1 << 16

  private typealias Magic = (offset: Int, bytes: [UInt8], name: String, mayHoldSound: Bool)

  private static func magic(_ text: String, at offset: Int = 0, _ name: String, sound: Bool = false) -> Magic {
    (offset, Array(text.utf8), name, sound)
  }

  private static let magics: [Magic] = [
    (0, [0x89, 0x50, 0x4E, 0x47], "a PNG picture", false), (0, [0xFF, 0xD8, 0xFF], "a JPEG picture", false),
    magic("GIF8", "a GIF picture"), magic("WEBP", at: 8, "a WebP picture"), magic("%PDF-", "a PDF document"),
    (0, [0x50, 0x4B, 0x03, 0x04], "a ZIP archive", false), (0, [0x1F, 0x8B, 0x08], "a gzip file", false),
    (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "an xz file", false), (0, [0x28, 0xB5, 0x2F, 0xFD], "a zstd file", false),
    (0, [0x7F, 0x45, 0x4C, 0x46], "a program", false), magic("SQLite format 3", "a SQLite data base"),
    magic("ftyp", at: 4, "an MP4 file", sound: true), magic("moov", at: 4, "an MP4 file", sound: true),
    magic("mdat", at: 4, "an MP4 file", sound: true),
    (0, [0x1A, 0x45, 0xDF, 0xA3], "a Matroska file", true), (0, [0x30, 0x26, 0xB2, 0x75], "an ASF file", true),
    magic("AVI ", at: 8, "an AVI file", sound: true), magic("FLV", "an FLV file", sound: true),
    magic("MAC ", "a Monkey's Audio file", sound: true), magic("TTA1", "a TTA file", sound: true),
    magic("#!AMR", "an AMR file", sound: true), magic("fLaC", "a FLAC file"), magic("caff", "a CAF file"),
    magic("FORM", "an IFF file"),
  ]

  /// First bytes of pages, blocks and clusters; a file whose beginning is lost contains them somewhere.
  private static let parts: [Magic] = [
    (0, Array("OggS".utf8) + [0], "Ogg pages", false), (0, WavPackBlock.firstBytes, wavPackName, true),
    (0, [0x1F, 0x43, 0xB6, 0x75], "Matroska clusters", true),
  ]

  private static let wavPackName = "WavPack blocks"

  /// Returns whether the first bytes of a file, ``recognisedByteCount`` of them, are those of a WavPack file, whose
  /// beginning may be damaged.
  static func isWavPack(_ bytes: [UInt8]) -> Bool { KnownFormat(bytes)?.name.hasPrefix(wavPackName) == true }

  /// Recognises a format by the first ``recognisedByteCount`` bytes of a file, or by all bytes of a shorter file; `nil`
  /// for an unknown format.
  init?(_ bytes: [UInt8]) {
    if let found = Self.magics.first(where: { bytes.dropFirst($0.offset).starts(with: $0.bytes) }) {
      self.init(name: found.name, mayHoldSound: found.mayHoldSound)
    } else if let found = Self.parts.first(where: { Self.contains($0.bytes, in: bytes) }) {
      let isWhole = bytes.starts(with: found.bytes)
      self.init(name: isWhole ? found.name : "\(found.name) without their beginning", mayHoldSound: found.mayHoldSound)
    } else if Self.flacFrameCount(in: bytes) >= 2 {
      self.init(name: "FLAC frames without the header of their file", mayHoldSound: false)
    } else if Self.isText(bytes) {
      self.init(name: "text", mayHoldSound: false)
    } else {
      return nil
    }
  }

  private init(name: String, mayHoldSound: Bool) { (self.name, self.mayHoldSound) = (name, mayHoldSound) }

  private static func contains(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let place = rest.firstIndex(of: part[0]) {
      rest = bytes[place...]
      if rest.starts(with: part) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  /// Returns whether bytes are the beginning of a text in UTF-8 or UTF-16; the last character may be cut off.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return String(validating: bytes.dropFirst(2).filter { $0 != 0 }, as: UTF8.self) != nil
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) || $0 == 0x1B }) else {
      return false
    }
    // The last character may be cut off.
    return (0...min(3, bytes.count)).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
  }

  /// Returns the number of headers of FLAC frames with a correct checksum (RFC 9639, section 9.1), at most 2.
  private static func flacFrameCount(in bytes: [UInt8]) -> Int {
    var count = 0
    var index = bytes.startIndex
    while count < 2, let place = bytes[index...].firstIndex(of: 0xFF) {
      index = place + 1
      if isFlacHeader(bytes[place...]) { count += 1 }
    }
    return count
  }

  private static func isFlacHeader(_ bytes: ArraySlice<UInt8>) -> Bool {
    let start = Array(bytes.prefix(16))
    guard start.count == 16, start[1] & 0xFE == 0xF8, start[2] >> 4 != 0, start[2] & 0x0F != 15, start[3] >> 4 < 11,
      start[3] & 1 == 0
    else { return false }
    let numberByteCount = start[4] < 0x80 ? 1 : (~start[4]).leadingZeroBitCount
    guard numberByteCount != 0, start[4] < 0x80 || (2...7).contains(numberByteCount) else { return false }
    var length = 4 + numberByteCount
    length += start[2] >> 4 == 6 ? 1 : start[2] >> 4 == 7 ? 2 : 0
    length += start[2] & 0x0F == 12 ? 1 : (13...14).contains(start[2] & 0x0F) ? 2 : 0
    guard length < start.count else { return false }
    var checksum: UInt8 = 0
    for byte in start.prefix(length) {
      checksum ^= byte
      for _ in 0..<8 { checksum = checksum & 0x80 == 0 ? checksum << 1 : checksum << 1 ^ 0x07 }
    }
    return checksum == start[length]
  }
}
