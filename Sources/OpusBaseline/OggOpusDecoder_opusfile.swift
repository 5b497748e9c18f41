import COpusfile

/// Reads an `.opus` file from memory through libopusfile, which drops the pre-skip and trims the end.
final class OggOpusDecoder {
  private let file: OpaquePointer
  /// The bytes that `file` reads; it takes no copy.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  let channelCount: Int

  /// - Throws: `OpusBaselineError.decodingFailed`.
  init(_ oggFile: [UInt8]) throws(OpusBaselineError) {
    bytes = .allocate(capacity: oggFile.count)
    _ = bytes.initialize(from: oggFile)
    var code: Int32 = 0
    guard let file = op_open_memory(bytes.baseAddress, bytes.count, &code) else {
      bytes.deallocate()
      throw .decodingFailed(code: Int(code))
    }
    self.file = file
    channelCount = Int(op_channel_count(file, -1))
  }

  deinit {
    op_free(file)
    bytes.deallocate()
  }

  /// The next samples, interleaved; empty at the end.
  ///
  /// - Throws: `OpusBaselineError.decodingFailed`, also for a gap in the stream (`OP_HOLE`).
  func read() throws(OpusBaselineError) -> [Float] {
    // 120 ms at 48 kHz, the longest that libopusfile hands out at once.
    var interleaved = [Float](repeating: 0, count: 5_760 * channelCount)
    let sampleCount = op_read_float(file, &interleaved, Int32(interleaved.count), nil)
    guard sampleCount >= 0 else { throw .decodingFailed(code: Int(sampleCount)) }
    return Array(interleaved.prefix(Int(sampleCount) * channelCount))
  }
}
