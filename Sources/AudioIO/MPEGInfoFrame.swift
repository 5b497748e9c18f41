/// First frame of many MP3 files, which holds no sound: it states the number of frames (`Xing`, `Info`, `VBRI`), and
/// how many samples the encoder added (LAME's tag).
///
/// Sources: Xing's VBR header SDK; LAME's "Mp3 Info Tag rev 1"; Fraunhofer IIS, VBRI header.
struct MPEGInfoFrame: Equatable {
  let header: MPEGFrameHeader
  /// Number of frames that follow; `nil` if not stated.
  var frameCount: Int?
  /// Numbers of samples per channel at the beginning and at the end that are not in the recording; `nil` if not stated.
  var padding: Padding?

  /// Samples that encoder and decoder add.
  struct Padding: Equatable {
    var startSampleCount: Int
    var endSampleCount: Int
  }

  /// Delay of a layer 3 decoder in samples, which LAME's tag does not include.
  private static let decoderDelay = 529

  /// Reads an info frame; `nil` for any other frame.
  init?(_ frame: MPEGFrame) {
    guard frame.header.layer == 3 else { return nil }
    header = frame.header
    let bytes = HeaderFields(bytes: frame.bytes, isBigEndian: true)
    // The bytes of a checksum need not be 0. LAME counts the checksum as a part of the side information.
    let start = MPEGFrameHeader.byteCount + (frame.header.hasChecksum ? 2 : 0)
    let xing = MPEGFrameHeader.byteCount + MPEGSideInformation.byteCount(frame.header)
    let vbri = MPEGFrameHeader.byteCount + 32
    func has(_ names: [String], at offset: Int, byteCount: Int) -> Bool {
      frame.bytes.count >= offset + byteCount && names.contains(bytes.name(at: offset))
        && frame.bytes[start..<offset].allSatisfy { $0 == 0 }
    }
    if has(["VBRI"], at: vbri, byteCount: 26) {
      frameCount = bytes.unsigned(at: vbri + 14, byteCount: 4)
      return
    }
    guard has(["Xing", "Info"], at: xing, byteCount: 8) else { return nil }
    let flags = bytes.unsigned(at: xing + 4, byteCount: 4)
    var offset = xing + 8
    /// Returns the offset of a field that is there if a bit of `flags` is set.
    func field(_ flag: Int, byteCount: Int) -> Int? {
      guard flags & flag != 0, offset + byteCount <= frame.bytes.count else { return nil }
      defer { offset += byteCount }
      return offset
    }
    frameCount = field(1, byteCount: 4).map { bytes.unsigned(at: $0, byteCount: 4) }
    _ = field(2, byteCount: 4)  // number of bytes
    _ = field(4, byteCount: 100)  // table of contents
    _ = field(8, byteCount: 4)  // quality
    // LAME's tag begins with the encoder's name; the two counts of 12 bits stand 21 bytes behind the beginning of the
    // name.
    guard offset + 24 <= frame.bytes.count, frame.bytes[offset] != 0 else { return }
    let counts = bytes.unsigned(at: offset + 21, byteCount: 3)
    padding = Padding(
      startSampleCount: counts >> 12 + Self.decoderDelay, endSampleCount: max(0, counts & 0xFFF - Self.decoderDelay))
  }
}
