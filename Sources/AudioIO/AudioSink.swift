import Signal

/// Output format of an ``AudioWriter``.
protocol AudioSink: AnyObject {
  /// Declares that the next sample is sample `sampleCount` of the recording, which selects the dither noise.
  func skip(_ sampleCount: Int)
  func write(_ audio: AudioBuffer) throws
  func finish() throws
}

/// Settings of an ``AudioWriter``.
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
      if sampleFormat == .float32 { throw refuse("flac holds no float samples, only 16 and 24 bit") }
      if channelCount > 8 { throw refuse("flac holds at most 8 channels, not \(channelCount)") }
      if sampleRateHz > 655_350 { throw refuse("flac holds at most 655350 Hz, not \(sampleRateHz) Hz") }
    case .oggVorbis:
      if channelCount > 255 { throw refuse("ogg holds at most 255 channels, not \(channelCount)") }
      if !(0.0...1.0).contains(vorbisQuality) { throw refuse("vorbis quality \(vorbisQuality) is outside 0...1") }
    case .wav, .aiff, .w64, .au, .caf: break
    }
  }
}

/// Converter of float samples to the interleaved samples of a file.
struct SampleQuantiser {
  private var dither: Dither

  init(channelCount: Int, seed: UInt64) {
    dither = Dither(channelCount: channelCount, seed: seed)
  }

  /// Advances the dither noise by `sampleCount` samples.
  mutating func skip(_ sampleCount: Int) { dither.skip(sampleCount) }

  mutating func int16(_ audio: AudioBuffer) -> [Int16] { dither.quantised(audio) }

  /// Returns 24-bit integers, rounded and clipped to full scale; NaN becomes 0.
  func int24(_ audio: AudioBuffer) -> [Int32] {
    Self.interleaved(audio, initial: 0) { sample in
      sample.isNaN ? 0 : Int32(max(-0x80_0000, min(0x7F_FFFF, (sample * 0x80_0000).rounded())))
    }
  }

  func float32(_ audio: AudioBuffer) -> [Float] { Self.interleaved(audio, initial: 0) { $0 } }

  private static func interleaved<Value>(_ audio: AudioBuffer, initial: Value, _ map: (Float) -> Value) -> [Value] {
    var values = [Value](repeating: initial, count: audio.channelCount * audio.sampleCount)
    for (index, channel) in audio.channels.enumerated() {
      var target = index
      for sample in channel {
        values[target] = map(sample)
        target += audio.channelCount
      }
    }
    return values
  }
}
