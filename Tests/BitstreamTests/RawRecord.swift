import Bitstream

/// Records made byte by byte, so that one field can be invalid and all others valid.
enum RawRecord {
  /// Returns a record with a correct length and checksum.
  static func framed(kind: UInt8, _ body: [UInt8]) -> [UInt8] {
    sealed([0xF5, 0x56, 0x43, kind] + varint(body.count) + body)
  }

  /// Appends the checksum.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] { bytes + bigEndian(bitwiseCRC32(bytes)) }

  /// Returns the only record of a stream, with header, trailer and block.
  static func whole(header: [UInt8] = header(), trailer: [UInt8] = trailer(), block: [UInt8] = block()) -> [UInt8] {
    framed(kind: 0x1F, header + trailer + block)
  }

  /// Returns the only record of a stream without blocks.
  static func empty(header: [UInt8]) -> [UInt8] { framed(kind: 0x1D, header + [0, 0, 0, 0, 0, 0]) }

  /// Returns a header of registered geometry 1, 1 codebook, 44 100 Hz and 1 of 2 channels, unless other bytes are
  /// given.
  static func header(
    geometry: UInt8 = 0x11, flags: UInt8 = 0x18, extras: [UInt8] = [], channels: UInt8 = 0x21, rest: [UInt8] = [1]
  ) -> [UInt8] {
    [geometry, flags] + extras + [channels] + SampleStream.codecHash.bytes + SampleStream.generatorHash.bytes + rest
  }

  /// Returns the trailer that belongs to `block()`.
  static func trailer(samples: [UInt8] = varint(3_072), hash: [UInt8]? = nil) -> [UInt8] {
    samples + (hash ?? bigEndian(bitwiseCRC32([0x00, 0x01, 0x02, 0x03, 0x03, 0xFF, 0x00, 0x00])))
  }

  /// Returns a block of frames 0 to 3 with the tokens 0x001, 0x203, 0x3FF and 0x000, packed without padding.
  static func block(
    first: [UInt8] = [0], frames: [UInt8] = [4], arrangement: UInt8 = 0,
    payload: [UInt8] = [0x00, 0x60, 0x3F, 0xFC, 0x00]
  ) -> [UInt8] {
    first + frames + [arrangement] + payload
  }

  static func tags(_ data: [UInt8]) -> [UInt8] { framed(kind: 0x10, [1] + data) }

  static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }

  /// Returns deflate data of one stored (uncompressed) block, which is the last.
  static func storedDeflate(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt16(bytes.count)
    return [1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)] + bytes
  }
}
