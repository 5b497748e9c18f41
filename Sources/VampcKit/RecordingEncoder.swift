public import AudioIO
public import Bitstream
import DAC
import Kernels
import ModelStore
import Signal
import Tokens

/// Encodes recordings with one model: audio in, a stream out.
public struct RecordingEncoder {
  public let model: Model
  public let settings: EncoderSettings
  private let frontier: RateFrontier

  /// Samples at the source's rate that are read at a time.
  static let chunkSampleCount = 65_536

  /// - Throws: `VampcError` where the settings do not fit the model or its frontier cannot be read.
  public init(_ model: Model, _ settings: EncoderSettings) throws {
    self.model = model
    self.settings = settings
    frontier = try RateFrontier(besideModel: model.bundle.path, geometry: model.geometry)
    if case .prompt(let prompt) = settings.rate, prompt.codebookCount > model.geometry.codebookCount {
      throw VampcError.tooManyCodebooks(asked: prompt.codebookCount, available: model.geometry.codebookCount)
    }
    if let asked = settings.keepRules.codebookCount, asked > model.geometry.codebookCount {
      throw VampcError.tooManyCodebooks(asked: asked, available: model.geometry.codebookCount)
    }
    if let mask = settings.keepRules.mask, mask.codebookCount > model.geometry.codebookCount {
      throw KeepRulesError.tooManyCodebooks(found: mask.codebookCount, available: model.geometry.codebookCount)
    }
  }

  /// What an encoding did.
  public struct Report: Sendable {
    public let header: StreamHeader
    /// At the source's rate.
    public let sampleCount: Int
    public let statistics: StreamStatistics
    /// Samples that were not a number or infinite and count as 0.
    public let nonFiniteSampleCount: Int
    /// Tags of the source that are too long, or too many, for a stream.
    public let droppedTagCount: Int

    public var durationSeconds: Double { Double(sampleCount) / Double(header.sourceSampleRateHz) }
  }

  /// Encodes all that `reader` gives. A seekable input is read twice: the first time for its loudness.
  ///
  /// - Parameter write: receives the stream's bytes in order.
  /// - Throws: `AudioIOError`, `SignalError`, `VampcError`, `ModelError` and `VampNetError` where the level needs what is
  ///   imagined, and what `write` and `progress` throw.
  public func encode(
    _ reader: AudioReader, write: ([UInt8]) throws -> Void, progress: CodingProgress.Handler? = nil
  ) throws -> Report {
    let layout = ChannelLayout(sourceChannelCount: reader.channelCount, settings.channels)
    guard layout.codedChannelCount <= StreamLimits.channelCount.upperBound else {
      throw VampcError.tooManyChannels(found: layout.codedChannelCount, allowed: StreamLimits.channelCount.upperBound)
    }
    let normalisation = LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS)
    var header = try header(for: reader, layout)
    let known = reader.isSeekable ? try measure(reader, layout, normalisation, header, progress) : nil
    if let known { header.gain = .whole(hundredthsDB: known.restoringGain.hundredthsDB) }
    let geometry = model.geometry
    let codecSampleCount = known.map {
      Resampler.outputCount(
        forInputCount: $0.sampleCount, inputRateHz: reader.sampleRateHz, outputRateHz: geometry.sampleRateHz)
    }
    let blockFrameCount = BlockLength.frames(
      for: header.prompt, geometry: geometry, channelCount: layout.codedChannelCount,
      latencySeconds: settings.latencySeconds ?? (known == nil ? EncoderSettings.pipeLatencySeconds : nil),
      totalFrameCount: codecSampleCount.map(geometry.frameCount), hasBlockMasks: header.hasBlockMasks)
    func report() throws {
      try progress?(
        CodingProgress(
          stage: .encoding, doneSeconds: Double(reader.samplePosition) / Double(reader.sampleRateHz),
          totalSeconds: known.map { Double($0.sampleCount) / Double(reader.sampleRateHz) }))
    }
    let gain: any GainStage =
      if let known {
        ConstantGainStage(known.gain)
      } else {
        try BlockGainStage(
          channelCount: layout.codedChannelCount, sampleRateHz: geometry.sampleRateHz,
          blockSampleCount: blockFrameCount * geometry.hopLength, normalisation: normalisation,
          restoration: RunningRestoration(RoundTrip(model, header, settings.loudnessTarget, check: report)))
      }
    var assembler = try BlockAssembler(header: header, blockFrameCount: blockFrameCount)
    let plan = KeepPlan(settings.keepRules, prompt: header.prompt, geometry: geometry)
    let resampler = try Resampler(
      inputRateHz: reader.sampleRateHz, outputRateHz: geometry.sampleRateHz, channelCount: layout.codedChannelCount)
    let encoders = (0..<layout.codedChannelCount).map { _ in TokenEncoder(model.codec, context: model.context) }

    func decideMasks(upTo end: Int, totalFrameCount: Int?) {
      let frames = assembler.maskEndFrame..<max(assembler.maskEndFrame, end)
      assembler.append(plan.mask(of: frames, totalFrameCount: totalFrameCount))
    }
    func encode(_ block: AudioBuffer) throws {
      for (index, encoder) in encoders.enumerated() {
        assembler.append(encoder.encode(block.channels[index]), channel: index)
      }
      assembler.append(gainsHundredthsDB: gain.takeGainsHundredthsDB())
      decideMasks(upTo: plan.decidedFrameCount(knownFrameCount: assembler.tokenEndFrame), totalFrameCount: nil)
      for bytes in try assembler.completeBlocks() { try write(bytes) }
    }
    while let block = try reader.read(upTo: Self.chunkSampleCount) {
      try encode(try gain.process(try resampler.process(layout.apply(to: block))))
      try report()
    }
    try encode(try gain.process(try resampler.finish()))
    try encode(try gain.finish())
    for (index, encoder) in encoders.enumerated() { assembler.append(encoder.finish(), channel: index) }
    decideMasks(upTo: assembler.tokenEndFrame, totalFrameCount: assembler.tokenEndFrame)
    for bytes in try assembler.finish(sampleCount: reader.samplePosition) { try write(bytes) }
    return Report(
      header: header, sampleCount: reader.samplePosition, statistics: assembler.statistics,
      nonFiniteSampleCount: reader.nonFiniteSampleCount, droppedTagCount: reader.tags.count - header.tags.count)
  }

  /// With a gain for every block.
  private func header(for reader: AudioReader, _ layout: ChannelLayout) throws -> StreamHeader {
    let geometry = model.geometry
    var prompt =
      switch settings.rate {
      case .prompt(let prompt): prompt
      case .bitrateBps(let bitrate):
        try frontier.prompt(forBitrateBps: bitrate / Double(layout.codedChannelCount), geometry: geometry)
      }
    if settings.keepRules.excludesPeriodic {
      prompt = CompressionPrompt(codebookCount: prompt.codebookCount, period: 0)
    }
    return StreamHeader(
      codecHash: .codec(sha256: try model.bundle.codecIdentity().digest.bytes),
      generatorHash: try model.bundle.generatorIdentity().map { .generator(sha256: $0.digest.bytes) },
      geometry: geometry, prompt: prompt, codedChannelCount: layout.codedChannelCount,
      sourceSampleRateHz: reader.sampleRateHz, sourceChannelCount: reader.channelCount, gain: .perBlock,
      sampler: settings.sampler.stored,
      tags: StreamTag.fitting(reader.tags.map { StreamTag(key: $0.name, value: $0.value) }),
      hasBlockMasks: !settings.keepRules.isEmpty)
  }

  /// The first pass over a file.
  private func measure(
    _ reader: AudioReader, _ layout: ChannelLayout, _ normalisation: LoudnessNormalisation, _ header: StreamHeader,
    _ progress: CodingProgress.Handler?
  ) throws -> (sampleCount: Int, gain: QuantisedGain, restoringGain: QuantisedGain) {
    var collector = StretchCollector(
      sampleRateHz: reader.sampleRateHz, sampleCount: reader.sampleCount ?? reader.estimatedSampleCount)
    let meter = try LoudnessMeter(channelCount: layout.codedChannelCount, sampleRateHz: reader.sampleRateHz)
    func report() throws {
      try progress?(
        CodingProgress(
          stage: .measuring, doneSeconds: Double(reader.samplePosition) / Double(reader.sampleRateHz),
          totalSeconds: reader.sampleCount.map { Double($0) / Double(reader.sampleRateHz) }))
    }
    while let block = try reader.read(upTo: Self.chunkSampleCount) {
      let coded = layout.apply(to: block)
      try meter.add(coded)
      collector.add(coded)
      try report()
    }
    let gain = normalisation.gain(for: meter)
    let roundTrip = RoundTrip(model, header, settings.loudnessTarget, check: report)
    let correctionDB = meter.integratedLoudnessLUFS == nil ? 0 : try correctionDB(collector.stretches, gain, roundTrip)
    let sampleCount = reader.samplePosition
    try reader.rewind()
    return (sampleCount, gain, QuantisedGain(decibels: gain.decibels - correctionDB))
  }

  private func correctionDB(
    _ stretches: [AudioBuffer], _ gain: QuantisedGain, _ roundTrip: RoundTrip
  ) throws -> Double {
    var restoration = LoudnessRestoration()
    for stretch in stretches {
      var input = try Resampler.resample(stretch, to: model.geometry.sampleRateHz)
      gain.apply(to: &input)
      var decoded = try Resampler.resample(try roundTrip.decoded(input), to: stretch.sampleRateHz)
      gain.remove(from: &decoded)
      restoration.add(stretch, decoded: decoded)
    }
    return try restoration.correctionDB()
  }
}
