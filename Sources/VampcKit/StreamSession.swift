import AudioIO
import Bitstream
import DAC
import Kernels
import Signal
import Tokens
import VampNet

/// One stream on its way to sound: kept tokens in, samples at the source's rate out.
final class StreamSession {
  private let header: StreamHeader
  private let model: Model
  private let fillers: [any TokenFiller]
  private let decoders: [TokenDecoder]
  private let latents: [FloatRows]
  private var decoded: AudioBlock
  private var gains: GainTimeline
  private let resampler: Resampler
  private var limiter: Limiter
  private var tail: OutputTail
  private(set) var notices: [DecoderNotice] = []
  /// Frames taken, lost ones included.
  private(set) var frameCount = 0
  private(set) var keptTokenCount = 0
  /// Called whenever samples may have been written; what it throws stops the work.
  var advanced: (() throws -> Void)?

  /// Frames that pass through the codec at a time, which bounds the memory of its activations.
  private static let pieceFrameCount = 64

  init(_ header: StreamHeader, _ model: Model, _ settings: DecoderSettings) throws {
    self.header = header
    self.model = model
    let geometry = model.geometry
    var sampler = header.sampler
    settings.adjustSampler(&sampler)
    let fill = try TokenFillers(model, header, settings.fill, sampler)
    notices += fill.notices
    fillers = (0..<header.codedChannelCount).map { _ in fill.make() }
    decoders = fillers.map { _ in TokenDecoder(model.codec, context: model.context) }
    latents = fillers.map { _ in FloatRows(channelCount: model.codec.quantiser.latentDim) }
    decoded = AudioBlock(
      emptyWithChannelCount: header.codedChannelCount, sampleRateHz: geometry.sampleRateHz)
    gains = GainTimeline(header.gain, hopLength: geometry.hopLength)
    resampler = try Resampler(
      inputRateHz: geometry.sampleRateHz, outputRateHz: header.sourceSampleRateHz,
      channelCount: header.codedChannelCount)
    limiter = Limiter(channelCount: header.codedChannelCount, sampleRateHz: header.sourceSampleRateHz)
    // The last frame is padded: up to a hop of samples is not part of the recording.
    tail = OutputTail(
      channelCount: header.codedChannelCount, sampleRateHz: header.sourceSampleRateHz,
      heldSampleCount: (geometry.hopLength * header.sourceSampleRateHz) / geometry.sampleRateHz + 2)
    if !(try model.matches(generator: header.generatorHash)), fill.imagines, let hash = header.generatorHash {
      notices.append(.otherGenerator(stream: hash.description, model: model.name))
    }
  }

  /// The next block.
  func decode(_ block: StreamBlock, into writer: AudioWriter) throws {
    gains.append(frameCount: block.frameCount, gainHundredthsDB: block.gainHundredthsDB)
    frameCount += block.frameCount
    keptTokenCount += block.keptTokenCount
    try advance(block.grids.indices.map { TokenStretch(block, channel: $0) }, into: writer)
  }

  /// Frames that are lost.
  func skip(_ frames: Range<Int>, into writer: AudioWriter) throws {
    gains.append(frameCount: frames.count, gainHundredthsDB: nil)
    frameCount += frames.count
    let lost = TokenStretch(lost: frames, codebookCount: header.geometry.codebookCount)
    try advance(fillers.map { _ in lost }, into: writer)
  }

  /// The end of the stream.
  ///
  /// - Parameter sampleCount: samples per channel of the recording; nil where that is lost.
  /// - Returns: samples written for this stream.
  func finish(sampleCount: Int?, into writer: AudioWriter) throws -> Int {
    for (filler, latents) in zip(fillers, latents) { filler.finish(into: latents) }
    try drain(into: writer)
    append(decoders.map { $0.finish() })
    // Odd strides give a few samples fewer than frames · hop.
    let missing = frameCount * model.geometry.hopLength - gains.position - decoded.sampleCount
    append(decoders.map { _ in [Float](repeating: 0, count: max(0, missing)) })
    try write(into: writer)
    try tail.append(limiter.process(resampler.finish()), into: writer)
    try tail.append(limiter.finish(), into: writer)
    if limiter.limitedSampleCount > 0 { notices.append(.limited(sampleCount: limiter.limitedSampleCount)) }
    return try tail.finish(sampleCount: sampleCount, into: writer)
  }

  private func advance(_ channels: [TokenStretch], into writer: AudioWriter) throws {
    let pieces = channels.map { $0.pieces(frameCount: Self.pieceFrameCount) }
    for index in pieces[0].indices {
      for (channel, filler) in fillers.enumerated() { filler.fill(pieces[channel][index], into: latents[channel]) }
      try drain(into: writer)
    }
  }

  /// Decodes the latents that all channels have.
  private func drain(into writer: AudioWriter) throws {
    while let rows = latents.map(\.count).min(), rows > 0 {
      let taken = min(rows, Self.pieceFrameCount)
      append(
        zip(decoders, latents).map { decoder, latents in
          let piece = FloatRows(channelCount: latents.channelCount)
          piece.append(latents, rows: taken)
          latents.removeFirst(taken)
          return decoder.decode(latents: piece)
        })
      try write(into: writer)
    }
  }

  private func append(_ channels: [[Float]]) {
    decoded.append(AudioBlock(channels: channels, sampleRateHz: decoded.sampleRateHz))
  }

  private func write(into writer: AudioWriter) throws {
    var block = decoded
    decoded.removeFirst(decoded.sampleCount)
    gains.remove(from: &block)
    try tail.append(limiter.process(resampler.process(block)), into: writer)
    try advanced?()
  }
}
