/// Frame of an MPEG audio stream.
struct MPEGFrame {
  let header: MPEGFrameHeader
  /// Bytes of the frame with its header.
  let bytes: [UInt8]
  /// Byte offset of the frame in its input.
  let byteOffset: Int

  /// Side information of a layer 3 frame; `nil` for other layers, and for a frame that ends within its side
  /// information.
  var sideInformation: MPEGSideInformation? { header.layer == 3 ? MPEGSideInformation(self) : nil }
}

/// Side information of a layer 3 frame, as far as it says which bytes the frame depends on.
///
/// Source: ISO/IEC 11172-3, section 2.4.1.7.
struct MPEGSideInformation {
  /// Number of bytes of earlier frames that this frame uses.
  let reservoirByteCount: Int
  /// Number of main data bytes in the frame itself.
  let mainDataByteCount: Int
  /// Whether the lengths and counts in the side information are possible.
  let isPossible: Bool
  /// Whether the checksum is correct; `nil` for a frame without a checksum.
  let hasCorrectChecksum: Bool?

  /// Largest number of pairs of spectral lines in a granule, which has 576 lines.
  private static let largestPairCount = 288

  init?(_ frame: MPEGFrame) {
    let header = frame.header
    let start = MPEGFrameHeader.byteCount + (header.hasChecksum ? 2 : 0)
    let byteCount = Self.byteCount(header)
    guard frame.bytes.count >= start + byteCount else { return nil }
    var bits = BitFields(bytes: frame.bytes, position: 8 * start)
    let isMono = header.channelCount == 1
    reservoirByteCount = bits.next(header.isMPEG1 ? 9 : 8)
    mainDataByteCount = frame.bytes.count - start - byteCount
    // Private bits, then for MPEG-1 the bits that share scale factors between granules.
    bits.position += header.isMPEG1 ? (isMono ? 5 + 4 : 3 + 8) : (isMono ? 1 : 2)
    var mainDataBitCount = 0
    var hasPossibleCounts = true
    for _ in 0..<(header.channelCount * (header.isMPEG1 ? 2 : 1)) {
      mainDataBitCount += bits.next(12)
      hasPossibleCounts = hasPossibleCounts && bits.next(9) <= Self.largestPairCount
      bits.position += header.isMPEG1 ? 38 : 42
    }
    isPossible = hasPossibleCounts && mainDataBitCount <= 8 * (reservoirByteCount + mainDataByteCount)
    hasCorrectChecksum =
      header.hasChecksum
      ? Self.checksum(frame.bytes[2..<4] + frame.bytes[start..<start + byteCount])
        == UInt16(frame.bytes[4]) << 8 | UInt16(frame.bytes[5]) : nil
  }

  /// Returns the number of bytes of the side information of a layer 3 frame.
  static func byteCount(_ header: MPEGFrameHeader) -> Int {
    header.isMPEG1 ? (header.channelCount == 1 ? 17 : 32) : (header.channelCount == 1 ? 9 : 17)
  }

  /// Returns the CRC-16 with the polynomial 0x8005 (ISO/IEC 11172-3, section 2.4.3.1).
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { checksum, byte in
      (0..<8).reduce(checksum ^ UInt16(byte) << 8) { value, _ in value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x8005
      }
    }
  }

  /// Reader of bit fields, most significant bit first.
  private struct BitFields {
    let bytes: [UInt8]
    var position: Int

    mutating func next(_ count: Int) -> Int {
      defer { position += count }
      return (position..<position + count).reduce(0) { $0 << 1 | Int(bytes[$1 / 8] >> (7 - UInt8($1 % 8))) & 1 }
    }
  }
}
