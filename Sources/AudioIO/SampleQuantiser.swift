import Signal

/// Converter of float samples to the interleaved samples of a file.
struct SampleQuantiser {
  private var dither: Dither

  init(channelCount: Int, seed: UInt64) {
    dither = Dither(channelCount: channelCount, seed: seed)
  }

  /// Advances the dither noise by `sampleCount` samples per channel.
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
