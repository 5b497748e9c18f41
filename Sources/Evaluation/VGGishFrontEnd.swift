import Foundation
import ModelStore
import Signal

/// What VGGish hears of a clip: log mel magnitudes of 16 kHz mono (`vggish_input.py`, `mel_features.py`).
///
/// Frames of 25 ms every 10 ms, periodic Hann window, transform of 512; 64 mel bands from 125 to 7 500 Hz; ln(mel + 0.01).
/// 96 frames are an example; examples do not overlap, and what is left at the end is dropped.
package enum VGGishFrontEnd {
  static let sampleRateHz = 16_000
  private static let windowLength = 400
  private static let hopLength = 160
  private static let transformLength = 512
  private static let bandHz = 125.0...7_500.0
  private static let logOffset: Float = 0.01

  /// Examples one after the other, `[example, frame, band]`; none below 0.975 s.
  ///
  /// - Throws: `SignalError` for a rate that cannot be converted.
  static func examples(of audio: AudioBuffer) throws -> [Float] {
    guard audio.channelCount > 0, audio.sampleCount > 0 else { return [] }
    return examples(ofSamples: try Resampler.resample(audio.downmixedToMono(), to: sampleRateHz).channels[0])
  }

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
