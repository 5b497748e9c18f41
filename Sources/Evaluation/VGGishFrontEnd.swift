import Foundation
import ModelStore
import Signal

/// Input of VGGish: log mel magnitudes of 16 kHz mono audio (`vggish_input.py`, `mel_features.py`).
///
/// Frames of 25 ms follow every 10 ms, with a periodic Hann window and a transform of 512 samples. There are 64 mel
/// bands from 125 to 7 500 Hz, stored as ln(mel + 0.01). 96 frames make an example, the input of one pass of the
/// network. Examples do not overlap, and an incomplete example at the end is dropped.
package enum VGGishFrontEnd {
  static let sampleRateHz = 16_000
  private static let windowLength = 400
  private static let hopLength = 160
  private static let transformLength = 512
  private static let bandHz = 125.0...7_500.0
  private static let logOffset: Float = 0.01

  /// Computes the examples of a clip, `[example, frame, band]`; none for a clip shorter than 0.975 s.
  ///
  /// - Throws: `SignalError` for a rate that cannot be resampled.
  static func examples(of audio: AudioBuffer) throws -> [Float] {
    guard audio.channelCount > 0, audio.sampleCount > 0 else { return [] }
    return examples(ofSamples: try Resampler.resample(audio.downmixedToMono(), to: sampleRateHz).channels[0])
  }

  /// Computes the examples of samples at 16 kHz, `[example, frame, band]`.
  package static func examples(ofSamples samples: [Float]) -> [Float] {
    guard samples.count >= windowLength else { return [] }
    let frameCount =
      (1 + (samples.count - windowLength) / hopLength) / VGGishConfiguration.frameCount
      * VGGishConfiguration.frameCount
    let bank = MelFilterbank(
      htkBandCount: VGGishConfiguration.bandCount, bandHz: bandHz, sampleRateHz: sampleRateHz,
      windowLength: transformLength)
    let transform = RealFFT(size: transformLength)
    let window = (0..<windowLength).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(windowLength))) }
    var frame = [Float](repeating: 0, count: transformLength)
    var magnitudes = [Float](repeating: 0, count: transform.binCount)
    var bands = [Float](repeating: 0, count: bank.bandCount)
    var examples: [Float] = []
    examples.reserveCapacity(frameCount * bank.bandCount)
    for index in 0..<frameCount {
      for offset in 0..<windowLength { frame[offset] = samples[index * hopLength + offset] * window[offset] }
      transform.magnitudes(of: frame, into: &magnitudes)
      bank.apply(to: magnitudes, into: &bands)
      for band in bands { examples.append(log(band + logOffset)) }
    }
    return examples
  }
}
