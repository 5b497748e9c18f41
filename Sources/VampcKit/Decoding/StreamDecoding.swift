import Bitstream
import DAC
import Kernels
import Signal
import Tokens

/// Decoder of one stream, block by block.
final class StreamDecoding {
  /// Frames and samples that must be decoded for the wanted samples.
  let plan: DecodePlan
  private let header: StreamHeader
  private let model: Model
  private let fillers: TokenFillerFactory
  private let format: OutputFormat
  private let output: TrimmedOutput
  private var state: State
  /// End (exclusive) of the received frames, lost frames included, as an absolute number.
  private var endFrame: Int
  /// Notices that the caller has not taken yet.
  private var untoldNotices: [DecoderNotice]
  /// Whether frames were lost that the wanted samples depend on; the notices about lost frames have then been given.
  private var hasLosses = false

  /// Phase of the decoding.
  private enum State {
    /// State before the first frame that the wanted samples depend on.
    case awaitingFirstBlock(Preroll)
    case decoding(DecodingChain)
    case finished(TokenTally)
  }

  /// Facts about the blocks in front of the needed frames, which the decoding of later frames depends on.
  private struct Preroll {
    /// Last block in front of the needed frames that keeps tokens of the first codebook; nil where there is none.
    var block: StreamBlock?
    /// Gain of the last block in front of the needed frames; nil where there is no block or the stream has one gain.
    var gain: Gain?
    /// Number of frames in the stream's first block, or in the first received block if the first block is lost; nil
    /// before a block is received.
    var nominalFrameCount: Int?
  }

  /// Decoder that has received no block of its stream.
  ///
  /// - Parameters:
  ///   - header: Header of the stream.
  ///   - model: Model that decodes the stream.
  ///   - settings: Settings of the decoder.
  ///   - plan: Frames and samples that must be decoded for the wanted samples.
  ///   - nominalFrameCount: Number of frames in the stream's first block, if decoding begins at a place that
  ///     `StreamSeeker` found inside the stream; nil if decoding begins with the stream's header.
  ///   - format: Rate and channels of the output.
  ///   - output: Output of the stream's wanted samples.
  /// - Throws: `ModelError`, `VampNetError` where a transformer that the stream needs cannot be loaded.
  init(
    _ header: StreamHeader, _ model: Model, _ settings: DecoderSettings, plan: DecodePlan,
    nominalFrameCount: Int? = nil, format: OutputFormat, output: TrimmedOutput
  ) throws {
    self.header = header
    self.model = model
    self.plan = plan
    self.format = format
    self.output = output
    var sampler = header.sampler.settings(modelDefaults: model.samplerDefaults)
    settings.adjustSampler(&sampler)
    fillers = try TokenFillerFactory(
      model, content: TokenContent(header), fill: settings.fill, sampler: sampler)
    untoldNotices = fillers.notices
    endFrame = plan.originFrame
    state = .awaitingFirstBlock(Preroll(nominalFrameCount: nominalFrameCount))
  }

  /// Counts of the frames and kept tokens received so far, from the first decoded frame on.
  var tally: TokenTally {
    switch state {
    case .awaitingFirstBlock: TokenTally()
    case .decoding(let chain): chain.tally
    case .finished(let tally): tally
    }
  }

  /// Removes and returns the notices since the last call.
  func takeNotices() -> [DecoderNotice] {
    defer { untoldNotices.removeAll() }
    return untoldNotices
  }

  /// Decodes the next block, or notes what later blocks need of it if the block lies in front of all needed frames.
  ///
  /// - Throws: same errors as `DecodingChain.append(_:)`.
  /// - Precondition: the stream is not finished.
  func append(_ block: StreamBlock) throws {
    endFrame = block.frames.upperBound
    if case .awaitingFirstBlock(var preroll) = state {
      preroll.nominalFrameCount = preroll.nominalFrameCount ?? block.frameCount
      if endFrame <= plan.neededFrame {
        if !block.mask.keptFrames(ofCodebook: 0).isEmpty { preroll.block = block }
        preroll.gain = block.gain
        state = .awaitingFirstBlock(preroll)
        return
      }
      state = .awaitingFirstBlock(preroll)
    }
    try chain(beginningAt: block.firstFrame).append(block)
  }

  /// Decodes lost frames, given by their absolute numbers; ignores lost frames in front of all needed frames.
  ///
  /// - Parameter gain: Gain of the frames; nil continues the gain of the frame before, or is 0 dB if there is no frame
  ///   before.
  /// - Throws: same errors as `append(_:)`.
  /// - Precondition: the stream is not finished.
  func appendLost(_ frames: Range<Int>, gain: Gain? = nil) throws {
    endFrame = frames.upperBound
    guard endFrame > plan.neededFrame else { return }
    if !hasLosses { untoldNotices += fillers.lossNotices }
    hasLosses = true
    try chain(beginningAt: frames.lowerBound).appendLost(frames, gain: gain)
  }

  /// Decodes and writes the rest of the stream.
  ///
  /// - Parameter sampleCount: Samples per channel of the recording at the source's rate, as the trailer states them;
  ///   nil where the trailer is lost.
  /// - Returns: length of the stream's output in samples per channel, written or not.
  /// - Throws: same errors as `append(_:)`.
  func finish(sampleCount: Int?) throws -> Int {
    let length = plan.outputSampleCount(statedSampleCount: sampleCount, endFrame: endFrame)
    if case .decoding(let chain) = state {
      try chain.finish(endFrame: endFrame, sampleCount: length)
      if chain.limitedSampleCount > 0 { untoldNotices.append(.limited(sampleCount: chain.limitedSampleCount)) }
    }
    state = .finished(tally)
    return length
  }

  /// Returns the chain of stages. The first call creates the chain, which begins with absolute frame `frame`, or with
  /// the preroll block in front of this frame.
  private func chain(beginningAt frame: Int) throws -> DecodingChain {
    let preroll: Preroll
    switch state {
    case .decoding(let chain): return chain
    case .awaitingFirstBlock(let waiting): preroll = waiting
    case .finished: preconditionFailure("frames behind the end of a stream")
    }
    let first = preroll.block?.firstFrame ?? frame
    var gain = GainTimeline(
      header.gain, hopLength: header.geometry.hopLength, nominalFrameCount: preroll.nominalFrameCount,
      previous: preroll.block == nil ? preroll.gain : nil)
    gain.skip(plan.firstCodecSample - (first - plan.originFrame) * header.geometry.hopLength)
    let channels = (0..<header.codedChannelCount).map { _ in
      ChannelDecoder(
        fillers.make(origin: plan.originFrame, latentFrame: plan.firstLatentFrame, firstFrame: first), model)
    }
    let chain = try DecodingChain(
      plan, header, channels: channels, gain: gain, format: format, output: output)
    state = .decoding(chain)
    guard let block = preroll.block else { return chain }
    try chain.append(block)
    let between = block.frames.upperBound..<frame
    if !between.isEmpty { try chain.appendLost(between, gain: preroll.gain) }
    return chain
  }
}
