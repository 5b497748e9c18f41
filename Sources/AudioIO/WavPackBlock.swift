/// Block of a WavPack file ("WavPack 4 & 5 Binary File / Block Format", sections 2 and 3).
struct WavPackBlock {
  /// Number of bytes with the header.
  let byteCount: Int
  /// Number of the first sample in the recording.
  let firstSample: Int
  /// Number of samples per channel; 0 for a block without sound.
  let sampleCount: Int
  /// Number of samples per channel that the recording has; `nil` if not stated.
  let statedSampleCount: Int?
  /// Whether the block is the first of those that hold the channels of the same samples.
  let isFirstOfChannels: Bool
  /// Whether the block is the last of those that hold the channels of the same samples.
  let isLastOfChannels: Bool
  private let hasChecksum: Bool

  /// First bytes of each block.
  static let firstBytes = Array("wvpk".utf8)
  /// Number of bytes of the header.
  static let headerByteCount = 32
  /// Largest number of bytes of a block.
  private static let largestByteCount = 1 << 20
  private static let versions = 0x402...0x410
  /// Number of header bytes that the stated size does not include.
  private static let uncountedByteCount = 8
  /// Flags of the header.
  private static let firstFlag = 0x800
  private static let lastFlag = 0x1000
  private static let checksumFlag = 0x1000_0000
  /// Offset of the lower four bytes of the first sample's number.
  private static let firstSampleOffset = 16
  /// Offset of the upper byte of the first sample's number.
  private static let firstSampleUpperOffset = 10
  /// Type of the block's last part, which holds the checksum of the bytes before.
  private static let checksumType: UInt8 = 0x2F

  /// Reads a header; `nil` for other bytes.
  init?(_ header: [UInt8]) {
    guard header.count >= Self.headerByteCount, header.starts(with: Self.firstBytes) else { return nil }
    let fields = HeaderFields(bytes: header, isBigEndian: false)
    let size = fields.unsigned(at: 4, byteCount: 4)
    byteCount = size + Self.uncountedByteCount
    guard size % 2 == 0, byteCount >= Self.headerByteCount, byteCount <= Self.largestByteCount,
      Self.versions.contains(fields.unsigned(at: 8, byteCount: 2))
    else { return nil }
    let upperStated = fields.unsigned(at: 11, byteCount: 1)
    let stated = fields.unsigned(at: 12, byteCount: 4)
    // The upper byte counts in steps of 2³² − 1, the value that stands for an unknown number.
    statedSampleCount = stated == 0xFFFF_FFFF ? nil : stated + upperStated * 0xFFFF_FFFF
    firstSample =
      fields.unsigned(at: Self.firstSampleOffset, byteCount: 4)
      + fields.unsigned(at: Self.firstSampleUpperOffset, byteCount: 1) << 32
    sampleCount = fields.unsigned(at: 20, byteCount: 4)
    let flags = fields.unsigned(at: 24, byteCount: 4)
    isFirstOfChannels = flags & Self.firstFlag != 0
    isLastOfChannels = flags & Self.lastFlag != 0
    hasChecksum = flags & Self.checksumFlag != 0
  }

  /// Returns whether the checksum of the block is right; `nil` for a block without one, such as those before WavPack 5.
  ///
  /// - Parameter bytes: All bytes of the block.
  func hasRightChecksum(_ bytes: [UInt8]) -> Bool? {
    guard hasChecksum else { return nil }
    for checksumByteCount in [4, 2] {
      let end = bytes.count - 2 - checksumByteCount
      guard end >= Self.headerByteCount, bytes[end] == Self.checksumType,
        bytes[end + 1] == UInt8(checksumByteCount / 2)
      else { continue }
      var sum: UInt32 = .max
      for index in stride(from: 0, to: end, by: 2) {
        sum = sum &* 3 &+ (UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8)
      }
      if checksumByteCount == 2 { sum = (sum ^ sum >> 16) & 0xFFFF }
      let fields = HeaderFields(bytes: bytes, isBigEndian: false)
      return fields.unsigned(at: end + 2, byteCount: checksumByteCount) == Int(sum)
    }
    return false
  }

  /// Returns the bytes of the block with another number of the first sample. The checksum is wrong then.
  func moved(_ bytes: [UInt8], to firstSample: Int) -> [UInt8] {
    var bytes = bytes
    for index in 0..<4 { bytes[Self.firstSampleOffset + index] = UInt8(firstSample >> (8 * index) & 0xFF) }
    bytes[Self.firstSampleUpperOffset] = UInt8(firstSample >> 32 & 0xFF)
    return bytes
  }
}
