import COpus
public import Signal

/// Opus codec as a baseline for vampc at equal bitrates.
public enum OpusCodec {
  /// Sample rate of input and output, in Hz. The caller resamples, so that all codecs use the same resampler.
  public static let sampleRateHz = 48_000
  /// Largest number of channels, set by mapping family 1 (RFC 7845, section 5.1.1.2).
  public static let maximumChannelCount = 8

  /// Lowest bitrate that Opus is specified for, in bit/s (RFC 6716, section 2.1.1).
  ///
  /// The encoder accepts lower rates, but then exceeds the rate, writes silence, or writes little more than noise.
  public static let lowestSpecifiedBitrateBps = 6_000

  /// Name and version of libopus, such as "libopus 1.3.1"; measured figures depend on the version.
  public static var libraryVersion: String { String(cString: opus_get_version_string()) }

  /// Encodes and decodes an audio buffer and counts the bytes of the Opus stream.
  ///
  /// A bitrate that Opus cannot keep is no error here; see `OpusResult.outcome`.
  ///
  /// - Parameters:
  ///   - audio: Audio at 48 kHz with 1 to 8 channels in WAV order (`SpeakerLayout.usual`).
  ///   - settings: Settings of the encoder.
  /// - Throws: `OpusBaselineError` if the audio is empty, not finite, not at 48 kHz, or has no or more than 8 channels,
  ///   if a setting is out of range, if a library fails, or if the decoded audio has another length.
  public static func roundTrip(
    _ audio: AudioBuffer, settings: OpusSettings
  ) throws(OpusBaselineError) -> OpusResult {
    try check(audio)
    try settings.check(channelCount: audio.channelCount)
    let encoder = try OggOpusEncoder(
      settings: settings, channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    let order = vorbisOrder[audio.channelCount - 1]
    for start in stride(from: 0, to: audio.sampleCount, by: sampleRateHz) {
      let range = start..<min(start + sampleRateHz, audio.sampleCount)
      var interleaved = [Float](repeating: 0, count: range.count * audio.channelCount)
      for (position, channel) in order.enumerated() {
        for (index, sample) in audio.channels[channel][range].enumerated() {
          interleaved[index * audio.channelCount + position] = sample
        }
      }
      try encoder.write(interleaved)
    }
    try encoder.finish()
    let decoded = try decode(encoder.oggFile, channelCount: audio.channelCount)
    guard decoded.sampleCount == audio.sampleCount else {
      throw .lengthChanged(decodedSampleCount: decoded.sampleCount, expectedSampleCount: audio.sampleCount)
    }
    return OpusResult(
      decoded: decoded, settings: settings, oggFile: encoder.oggFile, packetByteCount: encoder.packetByteCount,
      isSilent: decoded.hasLost(audio))
  }

  private static func decode(_ oggFile: [UInt8], channelCount: Int) throws(OpusBaselineError) -> AudioBuffer {
    let decoder = try OggOpusDecoder(oggFile)
    precondition(decoder.channelCount == channelCount, "libopusenc changed the channel count")
    let order = vorbisOrder[channelCount - 1]
    var channels = [[Float]](repeating: [], count: channelCount)
    while true {
      let interleaved = try decoder.read()
      if interleaved.isEmpty { break }
      for (position, channel) in order.enumerated() {
        for index in stride(from: position, to: interleaved.count, by: channelCount) {
          channels[channel].append(interleaved[index])
        }
      }
    }
    return AudioBuffer(channels: channels, sampleRateHz: sampleRateHz)
  }

  private static func check(_ audio: AudioBuffer) throws(OpusBaselineError) {
    guard audio.sampleRateHz == sampleRateHz else {
      throw .sampleRateNotSupported(foundHz: audio.sampleRateHz, requiredHz: sampleRateHz)
    }
    guard (1...maximumChannelCount).contains(audio.channelCount) else {
      throw .channelCountNotSupported(found: audio.channelCount, maximum: maximumChannelCount)
    }
    guard audio.sampleCount > 0 else { throw .emptyAudio }
    for (channel, samples) in audio.channels.enumerated() {
      if let sampleIndex = samples.firstIndex(where: { !$0.isFinite }) {
        throw .sampleNotFinite(channel: channel, sampleIndex: sampleIndex)
      }
    }
  }

  /// WAV channel at each position of an Opus frame, for each number of channels (Vorbis I specification, section
  /// 4.3.9).
  private static let vorbisOrder: [[Int]] = [
    [0],
    [0, 1],
    [0, 2, 1],
    [0, 1, 2, 3],
    [0, 2, 1, 3, 4],
    [0, 2, 1, 4, 5, 3],
    [0, 2, 1, 5, 6, 4, 3],
    [0, 2, 1, 6, 7, 4, 5, 3],
  ]
}
