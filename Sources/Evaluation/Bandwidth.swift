import Foundation
import Signal

/// How far up the spectrum of a recording reaches.
public enum Bandwidth {
  /// What lies this far below the strongest bin of the long-term spectrum does not count.
  ///
  /// In music 16 kHz lie 40 to 70 dB below the bass, and what a codec leaves out lies farther down. So this is a measure of
  /// codecs, not of instruments.
  public static let rangeDB = 80.0
  /// Nor does what lies below this level, where a tone at full scale has 0: dither of 16 bits lies at −122 in every bin.
  public static let floorDBFS = -110.0
  private static let windowLength = 2_048

  /// The highest frequency whose long-term power lies within ``rangeDB`` of the strongest bin's and above ``floorDBFS``; 0 for
  /// silence.
  ///
  /// Long-term power is the mean over frames (Hann window of 2 048 samples, hop half of it) and channels; frequencies come
  /// in steps of 1/2 048 of the sample rate. Frames that reach over an end count only where there are no others: what is
  /// mirrored there has a bend, which has a spectrum of its own.
  static func hertz(of audio: AudioBuffer) -> Double {
    let stft = STFT(windowLength: windowLength, hopLength: windowLength / 2)
    var frameCount = 0
    var powers = [Double](repeating: 0, count: stft.binCount)
    var magnitudes = [Float](repeating: 0, count: stft.binCount)
    for samples in audio.channels {
      let frames = 0..<stft.frameCount(forSampleCount: samples.count)
      let whole = samples.count < windowLength ? frames : 1..<(samples.count - windowLength / 2) / stft.hopLength + 1
      for frame in whole {
        frameCount += 1
        stft.magnitudes(ofFrame: frame, in: samples, into: &magnitudes)
        for bin in magnitudes.indices { powers[bin] += Double(magnitudes[bin]) * Double(magnitudes[bin]) }
      }
    }
    // An offset is no sound: the two lowest bins are the window's main lobe at 0 Hz.
    powers.replaceSubrange(0..<2, with: [0, 0])
    guard let strongest = powers.max(), strongest > 0 else { return 0 }
    // A tone at full scale has half the sum of the window, which is half its length.
    let fullScale = Double(frameCount) * pow(Double(windowLength) / 4, 2)
    let limit = max(strongest * pow(10, -rangeDB / 10), fullScale * pow(10, floorDBFS / 10))
    let highest = powers.lastIndex { $0 >= limit } ?? 0
    return Double(highest * audio.sampleRateHz) / Double(windowLength)
  }
}
