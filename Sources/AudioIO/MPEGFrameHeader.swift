/// Header of an MPEG audio frame: layers 1 to 3 of MPEG-1, MPEG-2 and MPEG-2.5.
///
/// Sources: ISO/IEC 11172-3, section 2.4.2.3; ISO/IEC 13818-3, section 2.4.2.3. MPEG-2.5 is a common extension to lower
/// sample rates.
struct MPEGFrameHeader: Equatable {
  static let byteCount = 4
  /// Largest number of bytes of a frame that states its length: layer 2 with 160 kbit/s at 8 kHz, padded.
  static let largestFrameByteCount = 2881

  private static let bitratesKbps: [[Int]] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],  // MPEG-1, layer 1
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],  // MPEG-1, layer 2
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],  // MPEG-1, layer 3
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],  // MPEG-2, layer 1
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],  // MPEG-2, layers 2 and 3
  ]

  let isMPEG1: Bool
  /// Layer, 1 to 3.
  let layer: Int
  let sampleRateHz: Int
  let channelCount: Int
  /// Bitrate in kbit/s; 0 for free format, whose frames do not state their length.
  let bitrateKbps: Int
  /// Whether a checksum stands behind the header.
  let hasChecksum: Bool
  /// Number of bytes by which this frame is longer than an unpadded frame.
  let paddingByteCount: Int

  /// Reads a header; `nil` if no valid header begins at `index`.
  init?(_ bytes: ArraySlice<UInt8>, at index: Int) {
    guard index + Self.byteCount <= bytes.endIndex, bytes[index] == 0xFF, bytes[index + 1] & 0xE0 == 0xE0 else {
      return nil
    }
    let version = Int(bytes[index + 1] >> 3) & 3  // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
    let layerCode = Int(bytes[index + 1] >> 1) & 3
    let bitrateCode = Int(bytes[index + 2] >> 4)
    let rateCode = Int(bytes[index + 2] >> 2) & 3
    guard version != 1, layerCode != 0, bitrateCode != 15, rateCode != 3 else { return nil }
    isMPEG1 = version == 3
    layer = 4 - layerCode
    sampleRateHz = [44_100, 48_000, 32_000][rateCode] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
    channelCount = bytes[index + 3] >> 6 == 3 ? 1 : 2
    bitrateKbps = Self.bitratesKbps[isMPEG1 ? layer - 1 : layer == 1 ? 3 : 4][bitrateCode]
    hasChecksum = bytes[index + 1] & 1 == 0
    paddingByteCount = bytes[index + 2] & 2 == 0 ? 0 : layer == 1 ? 4 : 1
  }

  /// Number of samples per channel in a frame.
  var sampleCount: Int { layer == 1 ? 384 : layer == 2 || isMPEG1 ? 1152 : 576 }

  /// Number of bytes of the frame with its header; `nil` for free format.
  var frameByteCount: Int? {
    guard bitrateKbps > 0 else { return nil }
    if layer == 1 { return 12 * bitrateKbps * 1000 / sampleRateHz * 4 + paddingByteCount }
    return sampleCount / 8 * bitrateKbps * 1000 / sampleRateHz + paddingByteCount
  }

  /// Returns whether a frame with the other header can be the next frame of the same stream.
  func isSameStream(as other: Self) -> Bool {
    isMPEG1 == other.isMPEG1 && layer == other.layer && sampleRateHz == other.sampleRateHz
      && channelCount == other.channelCount && (bitrateKbps == 0) == (other.bitrateKbps == 0)
  }

  /// Returns whether both headers state the same sample rate and number of channels.
  func hasSameSamples(as other: Self) -> Bool {
    sampleRateHz == other.sampleRateHz && channelCount == other.channelCount
  }

  /// Name of the coding, such as `MPEG-1 layer 3`.
  var description: String { "MPEG-\(isMPEG1 ? "1" : sampleRateHz >= 16_000 ? "2" : "2.5") layer \(layer)" }
}
