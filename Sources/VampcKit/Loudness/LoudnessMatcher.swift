import ModelStore
import Signal
import Tokens

/// Step of the encoder that determines two gains. The applied gain brings a recording to the model's loudness. The
/// stored gain makes the decoded recording as loud as the original.
struct LoudnessMatcher {
  private let plan: EncodePlan
  private let model: Model
  private let settings: EncoderSettings
  private let progress: CodingProgress.Handler?

  init(_ plan: EncodePlan, _ model: Model, _ settings: EncoderSettings, progress: CodingProgress.Handler?) {
    self.plan = plan
    self.model = model
    self.settings = settings
    self.progress = progress
  }

  /// Length of a recording that can be read twice, and the gains that follow from its loudness.
  struct Measurement: Equatable {
    /// Samples per channel of the recording, at the source's rate.
    let sampleCount: Int
    /// Gain that the encoder applies.
    let appliedGain: Gain
    /// Gain that the stream stores and the decoder divides by.
    let storedGain: Gain
  }

  private var normalisation: LoudnessNormalisation {
    LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS)
  }

  /// Reads a seekable input to its end, measures its loudness, encodes and decodes a few of its segments, and rewinds
  /// the input.
  ///
  /// - Throws: `AudioIOError`, `SignalError`, `ModelError`, `VampNetError`, and errors of the progress handler.
  func measure(_ input: any AudioInput) throws -> Measurement {
    var collector = SegmentCollector(
      sampleRateHz: input.sampleRateHz, sampleCount: input.sampleCount ?? input.estimatedSampleCount)
    let meter = try LoudnessMeter(
      channelCount: plan.layout.codedChannelCount, sampleRateHz: input.sampleRateHz)
    let highPass = AudioChain(try plan.makeHighPass())
    let report = InputProgress(input, stage: .measuring, totalSampleCount: input.sampleCount, handler: progress)
    func add(_ coded: AudioBuffer) throws {
      try meter.add(coded)
      collector.add(coded)
    }
    while let chunk = try input.read(upTo: InputReading.chunkSampleCount) {
      try add(try highPass.process(plan.layout.apply(to: chunk)))
      try report.send()
    }
    if let rest = try highPass.finish() { try add(rest) }
    let gain = normalisation.gain(for: meter)
    let correctionDB =
      meter.integratedLoudnessLUFS == nil
      ? 0 : try correctionDB(collector.segments, gain)
    let sampleCount = input.samplePosition
    try input.rewind()
    return Measurement(
      sampleCount: sampleCount, appliedGain: gain,
      storedGain: Gain(decibels: gain.decibels - correctionDB))
  }

  /// Makes the stage that decides and applies the gain of a pipe block by block.
  ///
  /// - Parameters:
  ///   - blockFrameCount: Number of frames in a block.
  ///   - checkCancellation: Closure that is called after each encoded and each decoded chunk of a segment; an error of
  ///     the closure cancels the work.
  /// - Throws: `SignalError` for a format that cannot be measured.
  func blockGain(
    blockFrameCount: Int, checkCancellation: @escaping () throws -> Void
  ) throws -> BlockGain {
    try BlockGain(
      channelCount: plan.layout.codedChannelCount, sampleRateHz: plan.geometry.sampleRateHz,
      blockSampleCount: blockFrameCount * plan.geometry.hopLength, normalisation: normalisation,
      restoration: RunningRestoration(roundTrip(checkCancellation: checkCancellation)))
  }

  private func roundTrip(checkCancellation: @escaping () throws -> Void) -> RoundTrip {
    RoundTrip(
      model, prompt: plan.loudnessPrompt(settings.loudnessTarget),
      sampler: settings.sampler.settings(modelDefaults: model.samplerDefaults),
      checkCancellation: checkCancellation)
  }

  /// Gain in dB by which the decoded segments must be raised to be as loud as the original segments.
  private func correctionDB(_ segments: [AudioBuffer], _ gain: Gain) throws -> Double {
    func seconds(_ audio: AudioBuffer) -> Double { Double(audio.sampleCount) / Double(audio.sampleRateHz) }
    let totalSeconds = segments.reduce(0) { $0 + seconds($1) }
    var doneSeconds = 0.0
    let roundTrip = roundTrip {
      try progress?(CodingProgress(stage: .matching, doneSeconds: doneSeconds, totalSeconds: totalSeconds))
    }
    var restoration = LoudnessRestoration()
    for segment in segments {
      var input = try Resampler.resample(segment, to: plan.geometry.sampleRateHz)
      gain.apply(to: &input)
      var decoded = try Resampler.resample(try roundTrip.decoded(input), to: segment.sampleRateHz)
      gain.remove(from: &decoded)
      restoration.add(segment, decoded: decoded)
      doneSeconds += seconds(segment)
    }
    return try restoration.correctionDB()
  }
}
