import Signal

/// How far up the spectrum of a recording reaches.
public enum Bandwidth {
  /// What lies this far below the strongest bin of the long-term spectrum does not count.
  ///
  /// In music 16 kHz lie 40 to 70 dB below the bass; the dither of 16 bits lies about 110 dB below it, and what a codec
  /// leaves out as far down or farther. So this is a measure of codecs, not of instruments.
  public static let rangeDB = 80.0
  private static let windowLength = 2_048

  /// The highest frequency whose long-term power lies within ``rangeDB`` of the strongest bin's; 0 for silence.
  ///
  /// Long-term power is the mean over all frames (Hann window of 2 048 samples, hop half of it) and channels; frequencies
  /// come in steps of 1/2 048 of the sample rate.
  static func hertz(of audio: AudioBlock) -> Double {
    let stft = STFT(windowLength: windowLength, hopLength: windowLength / 2)
    var powers = [Double](repeating: 0, count: stft.binCount)
    var magnitudes = [Float](repeating: 0, count: stft.binCount)
    for samples in audio.channels {
      for frame in 0..<stft.frameCount(forSampleCount: samples.count) {
        stft.magnitudes(ofFrame: frame, in: samples, into: &magnitudes)
        for bin in magnitudes.indices { powers[bin] += Double(magnitudes[bin]) * Double(magnitudes[bin]) }
      }
    }
    // An offset is no sound: the two lowest bins are the window's main lobe at 0 Hz.
    powers.replaceSubrange(0..<2, with: [0, 0])
    guard let strongest = powers.max(), strongest > 0 else { return 0 }
    let limit = strongest * 1e-8
    let highest = powers.lastIndex { $0 >= limit } ?? 0
    return Double(highest * audio.sampleRateHz) / Double(windowLength)
  }
}
