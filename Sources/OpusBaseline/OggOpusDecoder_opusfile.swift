import COpusfile

/// Decoder of an `.opus` file in memory through libopusfile, which removes the pre-skip and trims the end.
final class OggOpusDecoder {
  private let file: OpaquePointer
  /// Bytes that `file` reads; libopusfile makes no copy.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  let channelCount: Int

  /// Opens the `.opus` file whose bytes are `oggFile`.
  ///
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

  /// Reads the next samples, interleaved; returns an empty array at the end.
  ///
  /// - Throws: `OpusBaselineError.decodingFailed`, also for a gap in the stream (`OP_HOLE`).
  func read() throws(OpusBaselineError) -> [Float] {
    // 120 ms at 48 kHz: the largest number of samples per channel that libopusfile returns at once.
    var interleaved = [Float](repeating: 0, count: 5_760 * channelCount)
    let sampleCount = op_read_float(file, &interleaved, Int32(interleaved.count), nil)
    guard sampleCount >= 0 else { throw .decodingFailed(code: Int(sampleCount)) }
    return Array(interleaved.prefix(Int(sampleCount) * channelCount))
  }
}
