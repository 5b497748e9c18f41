import Signal

/// Settings of an ``AudioWriter``, as its caller gives them.
struct AudioSinkSettings {
  var file: String
  var container: AudioContainer
  var sampleFormat: AudioSampleFormat
  var sampleRateHz: Int
  var channelCount: Int
  var tags: [AudioTag] = []
  var vorbisQuality = AudioWriter.defaultVorbisQuality
  var ditherSeed = Dither.defaultSeed
  /// RIFF size in bytes above which WAV becomes RF64.
  var riffByteCountLimit = WavSink.largestRiffByteCount

  /// Checks that the container can store the audio, before any file is created.
  ///
  /// - Throws: ``AudioIOError/unsupportedOutput(file:what:)``.
  func check() throws {
    func refuse(_ what: String) -> AudioIOError { .unsupportedOutput(file: file, what: what) }
    guard RawAudioFormat.allowedChannelCounts.contains(channelCount) else { throw refuse("\(channelCount) channels") }
    guard RawAudioFormat.allowedSampleRatesHz.contains(sampleRateHz) else {
      throw refuse("sample rate \(sampleRateHz) Hz")
    }
    switch container {
    case .flac:
      if sampleFormat == .float32 { throw refuse("flac stores no float samples, only 16 and 24 bit") }
      if channelCount > 8 { throw refuse("flac stores at most 8 channels, not \(channelCount)") }
      if sampleRateHz > 655_350 { throw refuse("flac stores at most 655350 Hz, not \(sampleRateHz) Hz") }
    case .oggVorbis:
      if channelCount > 255 { throw refuse("ogg stores at most 255 channels, not \(channelCount)") }
      if !(0.0...1.0).contains(vorbisQuality) { throw refuse("vorbis quality \(vorbisQuality) is outside 0...1") }
    case .wav, .aiff, .w64, .au, .caf: break
    }
  }
}
