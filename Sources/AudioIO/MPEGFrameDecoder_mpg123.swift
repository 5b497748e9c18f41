private import CMpg123

/// Decoder of MPEG frames through libmpg123, which gets one whole frame at a time and searches for no frames by itself.
final class MPEGFrameDecoder {
  private let handle: OpaquePointer

  /// Creates a decoder; `nil` where memory is exhausted.
  init?() {
    guard let handle = mpg123_new(nil, nil) else { return nil }
    self.handle = handle
    let flags = [
      MPG123_QUIET, MPG123_FORCE_FLOAT, MPG123_NO_READAHEAD, MPG123_IGNORE_INFOFRAME, MPG123_SKIP_ID3V2,
    ].reduce(0) { $0 | $1.rawValue }
    mpg123_param2(handle, Int32(MPG123_FLAGS.rawValue), Int(flags), 0)
  }

  deinit { mpg123_delete(handle) }

  /// Begins a stream: the decoder forgets all earlier frames.
  ///
  /// - Parameter freeFrameByteCount: Number of bytes of an unpadded frame in free format; `nil` for other streams.
  func begin(freeFrameByteCount: Int?) {
    // libmpg123's number does not include the header; −1 stands for unknown.
    let byteCount = freeFrameByteCount.map { $0 - MPEGFrameHeader.byteCount } ?? -1
    mpg123_param2(handle, Int32(MPG123_FREEFORMAT_SIZE.rawValue), byteCount, 0)
    mpg123_open_feed(handle)
  }

  /// Decodes a frame to one array of samples for each channel; `nil` if libmpg123 refuses the frame.
  func decode(_ frame: MPEGFrame) -> [[Float]]? {
    guard mpg123_feed(handle, frame.bytes, frame.bytes.count) == MPG123_OK.rawValue else { return refused() }
    var number: off_t = 0
    var audio: UnsafeMutablePointer<UInt8>?
    var byteCount = 0
    var code = MPG123_NEW_FORMAT.rawValue
    // A new format is reported before its first samples.
    while code == MPG123_NEW_FORMAT.rawValue { code = mpg123_decode_frame(handle, &number, &audio, &byteCount) }
    let (channelCount, sampleCount) = (frame.header.channelCount, frame.header.sampleCount)
    guard code == MPG123_OK.rawValue, let audio,
      byteCount == sampleCount * channelCount * MemoryLayout<Float>.size
    else { return refused() }
    let samples = UnsafeRawBufferPointer(start: audio, count: byteCount)
    return (0..<channelCount).map { channel in
      (0..<sampleCount).map { index in
        samples.loadUnaligned(fromByteOffset: (index * channelCount + channel) * 4, as: Float.self)
      }
    }
  }

  /// Forgets the bytes of a refused frame, which would otherwise precede the next frame.
  private func refused() -> [[Float]]? {
    mpg123_open_feed(handle)
    return nil
  }
}
