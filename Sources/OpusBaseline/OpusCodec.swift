import COpus
public import Signal

/// Opus at a bitrate, as the codec to hold vampc against.
public enum OpusCodec {
  /// Opus decodes at 48 kHz whatever went in; resampling is the caller's, so that it is the same for every codec.
  public static let sampleRateHz = 48_000
  /// What mapping family 1 can carry (RFC 7845, section 5.1.1.2).
  public static let maximumChannelCount = 8

  /// The lowest rate that Opus is made for (RFC 6716, section 2.1.1).
  ///
  /// Below it the encoder takes requests all the same, but writes more, or silence, or next to nothing but noise.
  public static let lowestSpecifiedBitrateBps = 6_000

  /// The library's own name and version, such as "libopus 1.3.1": figures depend on it.
  public static var libraryVersion: String { String(cString: opus_get_version_string()) }

  /// Encodes, decodes, and counts what it took.
  ///
  /// Channels come in WAV order (left, right, centre, low frequencies, back, side).
  /// A request that Opus cannot meet gives a result all the same; `OpusResult.outcome` says so.
  /// - Throws: `OpusBaselineError` for audio that is empty, not finite, not at 48 kHz or of more than 8 channels, for
  ///   settings out of range, and when a library fails.
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
      decoded: decoded, settings: settings, oggFile: encoder.oggFile, packetBytes: encoder.packetBytes,
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

  /// For each channel count, which WAV channel stands at each position of an Opus frame (Vorbis I, section 4.3.9).
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
