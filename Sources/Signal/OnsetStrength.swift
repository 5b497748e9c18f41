import Foundation

/// Onset strength of each short-time frame: mean rise of the mel spectrum in dB.
///
/// Source: Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36, 2007), section 3.1. Window
/// and hop last 46 and 11.5 ms at any sample rate, half as long as librosa's at 22 050 Hz. Frame t is centred on second
/// `t · hopSeconds`.
public struct OnsetStrength: Equatable, Sendable {
  /// Rise of the mel spectrum in each frame in dB, 0 or more: the mean over all bands.
  public let values: [Float]
  /// Rise of the magnitude of low frequencies (bass notes, kick drums) in each frame, 0 or more. Low frequencies reach
  /// up to 240 Hz at a sample rate of 22 050 Hz, and up to 290 Hz at 44 100 Hz.
  public let lowValues: [Float]
  /// Time from one frame to the next, in seconds.
  public let hopSeconds: Double

  private static let windowSeconds = 0.046
  private static let bandCount = 40
  /// Number of mel bands that ``lowValues`` adds, from the lowest one on.
  private static let lowBandCount = 2
  /// Range in dB below the loudest band of the recording that counts, so that faint noise has no onsets.
  private static let dynamicRangeDB: Float = 60

  /// Onset strength of audio, mixed to one channel.
  ///
  /// - Precondition: there is at least one channel.
  public init(of audio: AudioBuffer) {
    let mono = audio.downmixedToMono()
    let windowLength = max(16, Int(Self.windowSeconds * Double(audio.sampleRateHz) / 4) * 4)
    let stft = STFT(windowLength: windowLength, hopLength: windowLength / 4)
    hopSeconds = Double(stft.hopLength) / Double(audio.sampleRateHz)
    let bank = MelFilterbank(
      sampleRateHz: audio.sampleRateHz, windowLength: windowLength, bandCount: Self.bandCount)
    var magnitudes = [Float](repeating: 0, count: stft.binCount)
    var bands = [Float](repeating: 0, count: Self.bandCount)
    var bandsDB: [[Float]] = []
    var lowMagnitudes: [Float] = []
    for frame in 0..<stft.frameCount(forSampleCount: mono.sampleCount) {
      stft.magnitudes(ofFrame: frame, in: mono.channels[0], into: &magnitudes)
      bank.apply(to: magnitudes, into: &bands)
      lowMagnitudes.append(bands.prefix(Self.lowBandCount).reduce(0, +))
      bandsDB.append(bands.map { 20 * log10(max($0, 1e-10)) })
    }
    let floor = (bandsDB.lazy.compactMap { $0.max() }.max() ?? 0) - Self.dynamicRangeDB
    lowValues = lowMagnitudes.indices.map { $0 > 0 ? max(0, lowMagnitudes[$0] - lowMagnitudes[$0 - 1]) : 0 }
    values = bandsDB.indices.map { frame in
      guard frame > 0 else { return 0 }
      var rise: Float = 0
      for (now, before) in zip(bandsDB[frame], bandsDB[frame - 1]) {
        rise += max(0, max(now, floor) - max(before, floor))
      }
      return rise / Float(Self.bandCount)
    }
  }
}
