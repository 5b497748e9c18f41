import Foundation

/// How strongly something begins at each short-time frame: the rise of the mel spectrum in dB, over all bands.
///
/// Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36, 2007), section 3.1, with the window and
/// the hop that librosa uses at 22 050 Hz, whatever the rate. Frame t is centred on second `t · hopSeconds`.
public struct OnsetStrength: Equatable, Sendable {
  /// Mean rise over the bands in dB, 0 or more.
  public let values: [Float]
  public let hopSeconds: Double

  private static let windowSeconds = 0.046
  private static let bandCount = 40
  /// What lies further below the loudest band does not count: beginnings of noise are none.
  private static let dynamicRangeDB: Float = 60

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
    var levels: [[Float]] = []
    for frame in 0..<stft.frameCount(forSampleCount: mono.sampleCount) {
      stft.magnitudes(ofFrame: frame, in: mono.channels[0], into: &magnitudes)
      bank.apply(to: magnitudes, into: &bands)
      levels.append(bands.map { 20 * log10(max($0, 1e-10)) })
    }
    let floor = (levels.lazy.compactMap { $0.max() }.max() ?? 0) - Self.dynamicRangeDB
    values = levels.indices.map { frame in
      guard frame > 0 else { return 0 }
      var rise: Float = 0
      for (now, before) in zip(levels[frame], levels[frame - 1]) {
        rise += max(0, max(now, floor) - max(before, floor))
      }
      return rise / Float(Self.bandCount)
    }
  }
}
