import AudioIO
import OpusBaseline
import Signal
import Sweep

/// A sound of the page: what is played and its spectrogram.
struct ListeningMaterial: Sendable {
  var clip: String
  var condition: String
  var seconds: Double
  /// An Ogg Opus file.
  var sound: [UInt8]
  /// A PNG file.
  var picture: [UInt8]

  /// Reads a sound and codes it for the page.
  ///
  /// - Returns: nil for a file without a sample.
  init?(file: String, clip: String, condition: String, bitrateBps: Int) throws {
    let audio = try AudioReader(path: file).readAll()
    guard audio.sampleCount > 0 else { return nil }
    let mono = AudioBuffer(channels: [audio.channels[0]], sampleRateHz: audio.sampleRateHz)
    let resampled = try Resampler.resample(mono, to: OpusCodec.sampleRateHz)
    // 60 ms frames take less room; the mode without constraint is what `opusenc` does by default.
    let settings = OpusSettings(bitrateBps: bitrateBps, rateMode: .variable)
    self.clip = clip
    self.condition = condition
    seconds = Double(audio.sampleCount) / Double(audio.sampleRateHz)
    sound = try OpusCodec.roundTrip(resampled, settings: settings).oggFile
    picture = try Spectrogram(resampled.channels[0]).png()
  }

  /// What all sounds of a page may take as Opus, so that it stays below 25 MB with pictures, tables and base64.
  private static let soundByteBudget = 12_000_000.0

  /// 64 kbit/s, which few can tell from the original; less where so many sounds would make the page too large.
  static func bitrateBps(forTotalSeconds seconds: Double) -> Int {
    let affordable = soundByteBudget * 8 / max(seconds, 1)
    return [64_000, 56_000, 48_000, 40_000, 32_000].first { Double($0) <= affordable } ?? 24_000
  }
}
