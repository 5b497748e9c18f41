import Foundation
import Signal

/// Bandwidth of a recording: the highest frequency that its long-term spectrum reaches.
public enum Bandwidth {
  /// Range of the long-term spectrum that counts, in dB below the strongest bin.
  ///
  /// In music, 16 kHz lie 40 to 70 dB below the bass, and the residue of a codec's low-pass lies farther down. The
  /// range of 80 dB therefore measures the codec, not the instruments.
  public static let rangeDB = 80.0
  /// Least magnitude of a bin that counts, in dB relative to a tone at full scale. Dither of 16 bits has −122 dB in
  /// every bin.
  public static let floorDBFS = -110.0
  private static let windowLength = 2_048

  /// Returns the highest frequency, in Hz, whose long-term power lies within ``rangeDB`` of the strongest bin and not
  /// below ``floorDBFS``; 0 if there is no such frequency. The two lowest bins, which a DC offset fills, do not count.
  ///
  /// Long-term power is the mean over frames and channels. Frames use a Hann window of 2 048 samples and a hop of half
  /// a window, so frequencies come in steps of 1/2 048 of the sample rate. Frames that reach over an end of the signal
  /// are ignored unless the signal is shorter than a window: the signal is mirrored at its ends, and the bend there
  /// spreads over the spectrum.
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
    // A DC offset is no sound: it fills the two lowest bins, the main lobe of the window at 0 Hz.
    powers.replaceSubrange(0..<2, with: [0, 0])
    guard let strongest = powers.max(), strongest > 0 else { return 0 }
    // The magnitude of a tone at full scale is half the sum of the window, and that sum is half the window length.
    let fullScale = Double(frameCount) * pow(Double(windowLength) / 4, 2)
    let limit = max(strongest * pow(10, -rangeDB / 10), fullScale * pow(10, floorDBFS / 10))
    let highest = powers.lastIndex { $0 >= limit } ?? 0
    return Double(highest * audio.sampleRateHz) / Double(windowLength)
  }
}
