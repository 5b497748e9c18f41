import AudioIO
import Bitstream
import DAC
import Kernels
import Signal
import Tokens

/// One stream on its way to sound: kept tokens in, samples of the output out.
final class StreamSession {
  private let header: StreamHeader
  private let model: Model
  private let output: OutputFormat
  private let plan: DecodingPlan
  private let fillers: TokenFillers
  private let startsInside: Bool
  private var channels: [Channel] = []
  private var offsetRemover: OffsetRemover
  private var gains: GainTimeline?
  private let resampler: Resampler
  private var limiter: Limiter
  private var tail: OutputTail
  private var nominalFrameCount: Int?
  /// Latents and samples that come out before the first ones wanted.
  private var surplusLatentCount = 0
  private var surplusSampleCount = 0
  /// Samples that the codec's decoder gave.
  private var decodedSampleCount = 0
  /// The frame after the last one that came.
  private var nextFrame: Int
  /// What came last before the frames that are needed: a block that keeps something, and the last gain.
  private var anchor: StreamBlock?
  private var heldGainHundredthsDB: Int?

  /// The first frame that the samples wanted depend on, its neighbours' gains apart.
  let neededFrame: Int
  private(set) var notices: [DecoderNotice] = []
  private var lossNotices: [DecoderNotice] = []
  /// Frames that were decoded, lost ones included.
  private(set) var frameCount = 0
  private(set) var keptTokenCount = 0
  /// Called whenever samples may have been written; what it throws stops the work.
  var advanced: (() throws -> Void)?

  /// Frames that pass through the codec at a time, which bounds the memory of its activations.
  static let pieceFrameCount = 64

  private struct Channel {
    let filler: any TokenFiller
    let decoder: TokenDecoder
    let latents: FloatRows
  }

  /// - Parameters:
  ///   - origin: the stream's first frame.
  ///   - startsInside: frames before `origin` are not there although the trailer's length counts them.
  ///   - nominalFrameCount: of the stream's first block, where that will not come.
  ///   - wanted: samples of this stream's output that are written.
  init(
    _ header: StreamHeader, _ model: Model, _ settings: DecoderSettings, _ output: OutputFormat, origin: Int,
    startsInside: Bool = false, nominalFrameCount: Int? = nil, wanted: Range<Int>
  ) throws {
    self.header = header
    self.model = model
    self.output = output
    self.startsInside = startsInside
    self.nominalFrameCount = nominalFrameCount
    let geometry = model.geometry
    resampler = try Resampler(
      inputRateHz: geometry.sampleRateHz, outputRateHz: output.sampleRateHz, channelCount: output.channelCount)
    offsetRemover = OffsetRemover(
      channelCount: header.codedChannelCount, sampleRateHz: geometry.sampleRateHz, stepSampleCount: geometry.hopLength)
    plan = DecodingPlan(
      header, output, origin: origin, wanted: wanted,
      contextFrameCount: model.codec.decoderContextFrameCount + offsetRemover.memoryStepCount)
    var sampler = header.sampler.resolved
    settings.adjustSampler(&sampler)
    fillers = try TokenFillers(model, header, settings.fill, sampler)
    notices = fillers.notices
    lossNotices = fillers.lossNotices
    neededFrame = fillers.neededFrame(origin: origin, latentFrame: plan.firstLatentFrame)
    nextFrame = origin
    limiter = Limiter(channelCount: output.channelCount, sampleRateHz: output.sampleRateHz)
    // The last frame is padded: up to a hop of samples is not part of the recording.
    tail = OutputTail(
      channelCount: output.channelCount, sampleRateHz: output.sampleRateHz,
      heldSampleCount: geometry.hopLength * output.sampleRateHz / geometry.sampleRateHz + 2,
      firstSample: plan.firstOutputSample, wanted: wanted)
  }

  /// Whether all samples wanted have been written.
  var isComplete: Bool { tail.isComplete }

  /// The next block.
  func decode(_ block: StreamBlock, into writer: AudioWriter) throws {
    nextFrame = block.frames.upperBound
    nominalFrameCount = nominalFrameCount ?? block.frameCount
    guard block.frames.upperBound > neededFrame else { return hold(block) }
    try begin(at: block.firstFrame, into: writer)
    try take(block, into: writer)
  }

  /// Frames that are lost.
  ///
  /// - Parameter gainHundredthsDB: what holds there; nil for the gain of the block before.
  func skip(_ frames: Range<Int>, gainHundredthsDB: Int? = nil, into writer: AudioWriter) throws {
    nextFrame = frames.upperBound
    guard frames.upperBound > neededFrame else { return }
    notices += lossNotices
    lossNotices = []
    try begin(at: frames.lowerBound, into: writer)
    try takeLost(frames, gainHundredthsDB: gainHundredthsDB, into: writer)
  }

  /// The end of the stream.
  ///
  /// - Parameter sampleCount: samples per channel of the recording; nil where that is lost.
  /// - Returns: how long the stream's output is, written or not.
  func finish(sampleCount: Int?, into writer: AudioWriter) throws -> Int {
    let available = output.sampleCount(forFrames: nextFrame - plan.originFrame, of: header)
    let length = min(sampleCount.map(outputLength) ?? available, available)
    if !channels.isEmpty, !isComplete, plan.wanted.lowerBound < length {
      for channel in channels { try channel.filler.finish(into: channel.latents) }
      try drain(into: writer)
      try deliver(channels.map { $0.decoder.finish() }, into: writer)
      // Odd strides give a few samples fewer than frames · hop.
      let missing = (nextFrame - plan.firstLatentFrame) * model.geometry.hopLength - decodedSampleCount
      try deliver(channels.map { _ in [Float](repeating: 0, count: max(0, missing)) }, into: writer)
      try finishSamples(offsetRemover.finish(), into: writer)
      try tail.append(limiter.process(resampler.finish()), into: writer)
      try tail.append(limiter.finish(), into: writer)
      try tail.finish(sampleCount: length, into: writer)
    }
    if limiter.limitedSampleCount > 0 { notices.append(.limited(sampleCount: limiter.limitedSampleCount)) }
    return length
  }

  /// Samples of the output for a stream whose trailer says `sampleCount`.
  private func outputLength(_ sampleCount: Int) -> Int {
    let length = output.sampleCount(for: sampleCount, of: header)
    guard startsInside else { return length }
    let geometry = model.geometry
    let wholeFrameCount = geometry.frameCount(
      forSampleCount: OutputFormat.sampleCount(
        sampleCount, from: header.sourceSampleRateHz, to: geometry.sampleRateHz))
    let absentFrameCount = max(0, wholeFrameCount - (nextFrame - plan.originFrame))
    return max(0, length - output.sampleCount(forFrames: absentFrameCount, of: header))
  }

  /// Keeps of a block before the frames that are needed what decoding them takes.
  private func hold(_ block: StreamBlock) {
    if !block.mask.keptFrames(ofCodebook: 0).isEmpty { anchor = block }
    heldGainHundredthsDB = block.gainHundredthsDB
  }

  /// Sets up what decodes from `frame` on, or from the block before it that is held.
  private func begin(at frame: Int, into writer: AudioWriter) throws {
    guard channels.isEmpty else { return }
    let first = anchor?.firstFrame ?? frame
    let hopLength = model.geometry.hopLength
    channels = (0..<header.codedChannelCount).map { _ in
      Channel(
        filler: fillers.make(origin: plan.originFrame, latentFrame: plan.firstLatentFrame, firstFrame: first),
        decoder: TokenDecoder(model.codec, context: model.context),
        latents: FloatRows(channelCount: model.codec.quantiser.latentDim))
    }
    surplusLatentCount = max(0, plan.firstLatentFrame - channels[0].filler.firstFrame)
    let firstSample = plan.firstCodecSample
    surplusSampleCount = firstSample - (plan.firstLatentFrame - plan.originFrame) * hopLength
    var gains = GainTimeline(
      header.gain, hopLength: hopLength, nominalFrameCount: nominalFrameCount,
      previousHundredthsDB: anchor == nil ? heldGainHundredthsDB : nil)
    gains.skip(firstSample - (first - plan.originFrame) * hopLength)
    self.gains = gains
    guard let anchor else { return }
    self.anchor = nil
    try take(anchor, into: writer)
    let between = anchor.frames.upperBound..<frame
    if !between.isEmpty { try takeLost(between, gainHundredthsDB: heldGainHundredthsDB, into: writer) }
  }

  private func take(_ block: StreamBlock, into writer: AudioWriter) throws {
    gains?.append(frameCount: block.frameCount, gainHundredthsDB: block.gainHundredthsDB)
    frameCount += block.frameCount
    keptTokenCount += block.keptTokenCount
    let pieces = block.grids.indices.map {
      TokenStretch(block, channel: $0).pieces(frameCount: Self.pieceFrameCount)
    }
    for index in pieces[0].indices where !isComplete { try advance(pieces.map { $0[index] }, into: writer) }
  }

  private func takeLost(_ frames: Range<Int>, gainHundredthsDB: Int?, into writer: AudioWriter) throws {
    gains?.appendLost(frameCount: frames.count, gainHundredthsDB: gainHundredthsDB)
    frameCount += frames.count
    for first in stride(from: frames.lowerBound, to: frames.upperBound, by: Self.pieceFrameCount) where !isComplete {
      let lost = TokenStretch(
        lost: first..<min(first + Self.pieceFrameCount, frames.upperBound),
        codebookCount: header.geometry.codebookCount)
      try advance(channels.map { _ in lost }, into: writer)
    }
  }

  /// Fills and decodes the next frames, one stretch for each channel.
  private func advance(_ stretches: [TokenStretch], into writer: AudioWriter) throws {
    for (channel, stretch) in zip(channels, stretches) { try channel.filler.fill(stretch, into: channel.latents) }
    try drain(into: writer)
  }

  /// Decodes the latents that all channels have.
  private func drain(into writer: AudioWriter) throws {
    while let rows = channels.map(\.latents.count).min(), rows > 0, !isComplete {
      let surplus = min(rows, surplusLatentCount)
      if surplus > 0 {
        for channel in channels { channel.latents.removeFirst(surplus) }
        surplusLatentCount -= surplus
        continue
      }
      let taken = min(rows, Self.pieceFrameCount)
      let samples = channels.map { $0.decoder.decode(latents: $0.latents.takeFirst(upTo: taken)) }
      try deliver(samples, into: writer)
    }
  }

  /// Takes samples of each channel from the codec's decoder to the output.
  private func deliver(_ samples: [[Float]], into writer: AudioWriter) throws {
    let block = AudioBuffer(channels: samples, sampleRateHz: model.geometry.sampleRateHz)
    decodedSampleCount += block.sampleCount
    try finishSamples(offsetRemover.process(block), into: writer)
  }

  /// Brings samples without offset to the output's gain, rate and channels.
  private func finishSamples(_ samples: AudioBuffer, into writer: AudioWriter) throws {
    var block = samples
    let surplus = min(surplusSampleCount, block.sampleCount)
    block.removeFirst(surplus)
    surplusSampleCount -= surplus
    gains?.remove(from: &block)
    try tail.append(limiter.process(resampler.process(output.channels(of: block))), into: writer)
    try advanced?()
  }
}
