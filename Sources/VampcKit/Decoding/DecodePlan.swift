import Bitstream
import DAC
import Signal
import Tokens

/// Frames and samples of a stream that must be decoded so that the wanted samples equal the samples of a full decode.
///
/// The limiter has a finite memory. The resampler needs as much preroll as its filter is long, and must begin where a
/// sample of its input and a sample of its output coincide. The codec's decoder and the offset remover need some frames
/// on either side, and VampNet needs whole windows. Samples behind the wanted ones need no plan, because decoding
/// continues until the wanted samples are complete.
struct DecodePlan: Equatable {
  /// Absolute number of the stream's first frame. Sample 0 of the stream's output is the first sample of this frame.
  let originFrame: Int
  /// Wanted samples, counted from sample 0 of the stream's output; the upper bound is `Int.max` for an open end.
  let wanted: Range<Int>
  /// Number of the first sample that the resampler outputs, counted from sample 0 of the stream's output.
  let firstOutputSample: Int
  /// Number of the first sample at the codec's rate that the resampler takes, counted from the first sample of the
  /// origin frame.
  let firstCodecSample: Int
  /// Absolute number of the first frame that the codec's decoder decodes.
  let firstLatentFrame: Int
  /// Absolute number of the first frame whose tokens the wanted samples depend on. The gain of the wanted samples may
  /// also depend on the block in front of this frame.
  let neededFrame: Int
  private let header: StreamHeader
  private let output: OutputFormat
  /// Whether the trailer's length counts frames before the origin, which are not in the input.
  private let startsInside: Bool

  /// Preroll of the resampler in samples of the lower rate, longer than libsoxr's longest filter at this quality.
  private static let resamplerPreroll = 8_192
  /// Largest sample number, which keeps products from overflowing: 50 years at 44.1 kHz.
  private static let largestSample = 1 << 46

  /// Plan for the wanted samples of a stream.
  ///
  /// - Parameters:
  ///   - header: Header of the stream.
  ///   - output: Rate and channels of the output.
  ///   - origin: Absolute number of the stream's first frame.
  ///   - startsInside: Whether the trailer's length also counts frames before `origin`, which are not in the input.
  ///   - wanted: Samples to be written, counted from sample 0 of the stream's output.
  ///   - dependencies: Earlier frames that the samples of a frame depend on.
  init(
    _ header: StreamHeader, _ output: OutputFormat, origin: Int, startsInside: Bool = false, wanted: Range<Int>,
    dependencies: FrameDependencies
  ) {
    self.header = header
    self.output = output
    self.startsInside = startsInside
    self.wanted = wanted
    originFrame = origin
    let (codecRate, outputRate) = (header.geometry.sampleRateHz, output.sampleRateHz)
    let first = min(wanted.lowerBound, Self.largestSample)
    let limited = max(0, first - (first == 0 ? 0 : Limiter.memorySampleCount(sampleRateHz: outputRate)))
    if codecRate == outputRate {
      (firstOutputSample, firstCodecSample) = (limited, limited)
    } else {
      let divisor = Self.greatestCommonDivisor(codecRate, outputRate)
      let (codecStep, outputStep) = (codecRate / divisor, outputRate / divisor)
      let preroll = Self.resamplerPreroll * max(1, (codecRate + outputRate - 1) / outputRate)
      let steps = max(0, limited / outputStep - (preroll + codecStep - 1) / codecStep)
      (firstOutputSample, firstCodecSample) = (steps * outputStep, steps * codecStep)
    }
    firstLatentFrame =
      origin + max(0, firstCodecSample / header.geometry.hopLength - dependencies.contextFrameCount)
    neededFrame = dependencies.method.neededFrame(origin: origin, latentFrame: firstLatentFrame)
  }

  /// Converts a range of source samples, counted from the first sample of frame 0, to the range of output samples at
  /// the same time. Source samples before the stream are left out.
  func outputSamples(_ source: Range<Int>) -> Range<Int> {
    outputSample(behind: source.lowerBound)..<outputSample(behind: source.upperBound)
  }

  /// Number of the first output sample at or behind a source sample.
  private func outputSample(behind sample: Int) -> Int {
    let (sourceRate, codecRate) = (Int128(header.sourceSampleRateHz), Int128(header.geometry.sampleRateHz))
    // Output sample 0 is the beginning of the origin frame. The product of 2^53 samples and two rates takes 98 bits.
    let distance =
      Int128(sample) * codecRate - Int128(originFrame) * Int128(header.geometry.hopLength) * sourceRate
    guard distance > 0 else { return 0 }
    let divisor = sourceRate * codecRate
    return Int(min((distance * Int128(output.sampleRateHz) + divisor - 1) / divisor, Int128(Self.largestSample)))
  }

  /// Number of samples at the codec's rate between the first decoded frame and ``firstCodecSample``. These samples are
  /// decoded and thrown away.
  var prerollSampleCount: Int {
    firstCodecSample - (firstLatentFrame - originFrame) * header.geometry.hopLength
  }

  /// Number of output samples per channel that are withheld until the stream's length is known: at least the longest
  /// padding of the last frame.
  var withheldSampleCount: Int {
    header.geometry.hopLength * output.sampleRateHz / header.geometry.sampleRateHz + 2
  }

  /// Length of the stream's output in samples per channel, written or not.
  ///
  /// - Parameters:
  ///   - sampleCount: Length of the recording as the trailer states it, in samples at the source's rate; nil where the
  ///     trailer is lost.
  ///   - endFrame: End (exclusive) of the received frames, lost frames included, as an absolute number.
  func outputSampleCount(statedSampleCount sampleCount: Int?, endFrame: Int) -> Int {
    let available = output.sampleCount(forFrames: endFrame - originFrame, of: header)
    guard let sampleCount else { return available }
    var length = output.sampleCount(for: sampleCount, of: header)
    if startsInside {
      let geometry = header.geometry
      let wholeFrameCount = geometry.frameCount(
        forSampleCount: OutputFormat.sampleCount(
          sampleCount, from: header.sourceSampleRateHz, to: geometry.sampleRateHz))
      let absentFrameCount = max(0, wholeFrameCount - (endFrame - originFrame))
      length = max(0, length - output.sampleCount(forFrames: absentFrameCount, of: header))
    }
    return min(length, available)
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}

/// Dependence of a frame's samples on earlier frames: as context of the codec's decoder, and in windows of VampNet.
struct FrameDependencies {
  /// Number of frames before a frame that the codec's decoder and the offset remover need.
  let contextFrameCount: Int
  /// Method that replaces masked tokens; VampNet needs the tokens of whole windows.
  let method: MaskedTokenMethod
}

extension FrameDependencies {
  /// Dependencies of a model; no transformer is loaded.
  init(_ model: Model, _ fill: DecoderSettings.Fill) {
    let offsetRemover = OffsetRemover(
      channelCount: 1, sampleRateHz: model.geometry.sampleRateHz, stepSampleCount: model.geometry.hopLength)
    self.init(
      contextFrameCount: model.codec.decoderContextFrameCount + offsetRemover.memoryStepCount,
      method: MaskedTokenMethod(fill, model))
  }
}
