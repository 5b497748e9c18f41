import Bitstream
import Kernels
import Signal
import Tokens

/// Counts of frames and kept tokens that a decode has received, for statistics.
struct TokenTally: Equatable {
  /// Number of frames of the received blocks, and of lost frames.
  var frameCount = 0
  /// Number of kept tokens of these frames in all channels.
  var keptTokenCount = 0
}

/// Stages of one stream from kept tokens to samples of the output: generation, codec, offset, gain, channels, rate,
/// limiter, silence, trimming.
final class DecodingChain {
  private let plan: DecodePlan
  private let header: StreamHeader
  private let channels: [ChannelDecoder]
  private let gain: GainRemovalStage
  private let last: (limiter: LimiterStage, silence: SilenceStage)
  private let stages: AudioChain
  private let output: TrimmedOutput
  /// Number of frames that are still to be removed in front of the codec's decoder.
  private var prerollFrameCount: Int
  /// Number of samples per channel that the codec's decoder has returned.
  private var decodedSampleCount = 0
  /// Counts of the frames and kept tokens received so far.
  private(set) var tally = TokenTally()

  /// Chain of stages for a stream, which begins with the first frame of `channels`.
  ///
  /// - Parameters:
  ///   - plan: Frames and samples of the stream that must be decoded.
  ///   - header: Header of the stream.
  ///   - channels: Decoder of each coded channel.
  ///   - gain: Gain of the stream, from sample `plan.firstCodecSample` on.
  ///   - format: Rate and channels of the output.
  ///   - output: Output of the stream's wanted samples.
  /// - Throws: `SignalError` for a rate that cannot be resampled.
  init(
    _ plan: DecodePlan, _ header: StreamHeader, channels: [ChannelDecoder], gain: GainTimeline, format: OutputFormat,
    output: TrimmedOutput
  ) throws {
    self.plan = plan
    self.header = header
    self.channels = channels
    self.output = output
    self.gain = GainRemovalStage(gain)
    last = (
      LimiterStage(format), SilenceStage(firstSample: plan.firstOutputSample, format)
    )
    prerollFrameCount = max(0, plan.firstLatentFrame - channels[0].firstFrame)
    let geometry = header.geometry
    let offsetRemover = OffsetRemover(
      channelCount: header.codedChannelCount, sampleRateHz: geometry.sampleRateHz, stepSampleCount: geometry.hopLength)
    stages = AudioChain([
      OffsetRemovalStage(offsetRemover), PrerollRemovalStage(sampleCount: plan.prerollSampleCount), self.gain,
      ChannelStage(format),
      try ResamplingStage(
        inputRateHz: geometry.sampleRateHz, outputRateHz: format.sampleRateHz, channelCount: format.channelCount),
      last.limiter, last.silence,
    ])
  }

  /// Number of samples per channel that the limiter lowered.
  var limitedSampleCount: Int { last.limiter.limitedSampleCount }

  /// Decodes the frames of the next block, until all wanted samples are written.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed and cannot be loaded; `SignalError`; errors
  ///   of the output and of the progress handler.
  func append(_ block: StreamBlock) throws {
    gain.timeline.append(
      frameCount: block.frameCount, gain: block.gain)
    last.silence.append(
      block.silence.map(plan.outputSamples), channelRuns: block.channelSilence.map { $0.map(plan.outputSamples) },
      blockStart: plan.outputSamples(header.sourceSamples(ofFrames: block.frames)).lowerBound)
    tally.frameCount += block.frameCount
    tally.keptTokenCount += block.keptTokenCount
    let chunks = block.grids.indices.map {
      TokenSegment(block, channel: $0).chunks(ofFrameCount: ChannelDecoder.chunkFrameCount)
    }
    for index in chunks[0].indices where !output.isComplete { try advance(chunks.map { $0[index] }) }
  }

  /// Decodes lost frames, given by their absolute numbers, until all wanted samples are written. All tokens of these
  /// frames are masked.
  ///
  /// - Parameter lostGain: Gain of the frames; nil continues the gain of the frame before, or is 0 dB if there is no
  ///   frame before.
  /// - Throws: same errors as `append(_:)`.
  func appendLost(_ frames: Range<Int>, gain lostGain: Gain?) throws {
    gain.timeline.appendLost(frameCount: frames.count, gain: lostGain)
    tally.frameCount += frames.count
    let codebookCount = header.geometry.codebookCount
    let step = ChannelDecoder.chunkFrameCount
    for first in stride(from: frames.lowerBound, to: frames.upperBound, by: step) where !output.isComplete {
      let lost = TokenSegment(lost: first..<min(first + step, frames.upperBound), codebookCount: codebookCount)
      try advance(channels.map { _ in lost })
    }
  }

  /// Decodes and writes the rest of the stream; does nothing where all wanted samples are written or lie behind the
  /// end.
  ///
  /// - Parameters:
  ///   - endFrame: End (exclusive) of the received frames, lost frames included, as an absolute number.
  ///   - sampleCount: Length of the stream's output in samples per channel.
  /// - Throws: same errors as `append(_:)`.
  func finish(endFrame: Int, sampleCount: Int) throws {
    guard !output.isComplete, plan.wanted.lowerBound < sampleCount else { return }
    for channel in channels { try channel.finishTokens() }
    try decodeReadyFrames()
    try deliver(channels.map { $0.finishSamples() })
    // A codec with odd strides returns a few samples fewer than frames · hop; zeros take their place.
    let missing = (endFrame - plan.firstLatentFrame) * header.geometry.hopLength - decodedSampleCount
    try deliver(channels.map { _ in [Float](repeating: 0, count: max(0, missing)) })
    if let rest = try stages.finish() { try output.append(rest) }
    try output.finish(sampleCount: sampleCount)
  }

  /// Decodes the next frames, one segment for each channel.
  private func advance(_ segments: [TokenSegment]) throws {
    for (channel, segment) in zip(channels, segments) { try channel.append(segment) }
    try decodeReadyFrames()
  }

  /// Decodes the frames that are ready in all channels.
  private func decodeReadyFrames() throws {
    while let ready = channels.map(\.frameCount).min(), ready > 0, !output.isComplete {
      let preroll = min(ready, prerollFrameCount)
      if preroll > 0 {
        for channel in channels { channel.dropFrames(preroll) }
        prerollFrameCount -= preroll
        continue
      }
      let frameCount = min(ready, ChannelDecoder.chunkFrameCount)
      try deliver(channels.map { $0.takeSamples(frameCount: frameCount) })
    }
  }

  /// Sends samples of the codec's decoder through the stages to the output.
  private func deliver(_ samples: [[Float]]) throws {
    let chunk = AudioBuffer(channels: samples, sampleRateHz: header.geometry.sampleRateHz)
    decodedSampleCount += chunk.sampleCount
    try output.append(stages.process(chunk))
  }
}
