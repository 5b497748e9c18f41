import Bitstream
import Signal
import Tokens

/// From where on a stream must be decoded so that some of its samples come out as if all of it were.
///
/// The limiter has a finite memory; the resampler needs as much run-in as its filter is long, and starts where an input
/// sample and an output sample fall together; the codec's decoder, and what takes its offset away, see so many frames on
/// either side. What comes after the samples needs no plan: decoding goes on until they are there.
struct DecodingPlan {
  /// The stream's first frame, in which its sample 0 lies.
  let originFrame: Int
  /// Of the output that the stream gives.
  let wanted: Range<Int>
  /// Of the output: the first sample that the resampler gives.
  let firstOutputSample: Int
  /// At the codec's rate, from the stream's first on: the first sample that the resampler takes.
  let firstCodecSample: Int
  /// The first frame that goes through the codec's decoder.
  let firstLatentFrame: Int

  /// Input samples of the lower rate; libsoxr's longest filter at this quality has fewer.
  private static let resamplerRunIn = 8_192
  /// Keeps products from overflowing; 50 years at 44.1 kHz.
  private static let largestSample = 1 << 46

  init(_ header: StreamHeader, _ output: OutputFormat, origin: Int, wanted: Range<Int>, contextFrameCount: Int) {
    originFrame = origin
    self.wanted = wanted
    let (codecRate, outputRate) = (header.geometry.sampleRateHz, output.sampleRateHz)
    let first = min(wanted.lowerBound, Self.largestSample)
    let limited = max(0, first - (first == 0 ? 0 : Limiter.memorySampleCount(sampleRateHz: outputRate)))
    if codecRate == outputRate {
      (firstOutputSample, firstCodecSample) = (limited, limited)
    } else {
      let divisor = Self.greatestCommonDivisor(codecRate, outputRate)
      let (codecStep, outputStep) = (codecRate / divisor, outputRate / divisor)
      let runIn = Self.resamplerRunIn * max(1, (codecRate + outputRate - 1) / outputRate)
      let steps = max(0, limited / outputStep - (runIn + codecStep - 1) / codecStep)
      (firstOutputSample, firstCodecSample) = (steps * outputStep, steps * codecStep)
    }
    firstLatentFrame = origin + max(0, firstCodecSample / header.geometry.hopLength - contextFrameCount)
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}
