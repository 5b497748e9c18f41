import SystemCalls

/// First frame of an MP3 file.
enum MPEGHeader {
  /// Number of bytes that are searched: the largest first frame and padding before it.
  private static let searchByteCount = 4096

  /// Returns whether the first frame is a `Xing`, `Info` or `VBRI` header, which states the number of frames.
  ///
  /// - Parameters:
  ///   - descriptor: Open file; its position is reset to 0.
  ///   - start: First bytes of the file, at least 10 unless the file is shorter.
  static func statesLength(in descriptor: OpenFile, start: [UInt8]) throws(SystemFailure) -> Bool {
    try descriptor.seek(ID3Tag.byteCount(start))
    let bytes = try descriptor.read(upTo: searchByteCount)
    try descriptor.seek(0)
    // A frame header begins with eleven set bits.
    guard let frame = bytes.indices.dropLast().first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] & 0xE0 == 0xE0 })
    else { return false }
    // The header stands at most 36 bytes behind the frame header (Xing) or exactly 36 (VBRI).
    return (frame..<min(frame + 40, bytes.count)).contains { index in
      ["Xing", "Info", "VBRI"].contains { bytes[index...].starts(with: Array($0.utf8)) }
    }
  }
}
