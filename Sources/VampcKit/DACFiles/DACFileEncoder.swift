public import AudioIO
import DAC
public import DACFile
import Kernels
import ModelStore
import Signal
import Tokens

/// Encoder of recordings into `.dac` files that works like the program of the DAC project (`formats/dac-file.md`,
/// section 6).
public struct DACFileEncoder {
  /// Settings of an encoder of `.dac` files: channels, codebooks and windows.
  public struct Settings: Equatable, Sendable {
    /// Whether all channels are mixed to one coded channel, or each channel is coded.
    public var channels: EncoderSettings.Channels
    /// Number of codebooks that are kept, coarse first; nil keeps all codebooks of the model.
    public var codebookCount: Int?
    /// Length of a window in seconds. A longer recording is encoded window by window without padding; nil encodes every
    /// recording as a whole.
    public var windowSeconds: Double?

    /// Default window length of the DAC program in seconds.
    public static let toolWindowSeconds = 5.0

    /// Settings of the DAC program (mono, all codebooks, windows of five seconds), unless the parameters say otherwise.
    public init(
      channels: EncoderSettings.Channels = .mono, codebookCount: Int? = nil,
      windowSeconds: Double? = Settings.toolWindowSeconds
    ) {
      self.channels = channels
      self.codebookCount = codebookCount
      self.windowSeconds = windowSeconds
    }
  }

  /// Result of an encode: the contents of the `.dac` file, and what the input lost.
  public struct Report: Sendable {
    /// Contents of the file.
    public let recording: DACRecording
    /// Number of NaN and infinite samples, which were encoded as 0.
    public let nonFiniteSampleCount: Int
    /// Damage of the input; silence was encoded in place of lost samples.
    public let damages: [AudioDamage]
    /// Decibels by which the mono mix is softer than the loudest of its channels; infinite for a silent mix. Nil for
    /// less than 10 dB, where all channels are silent, and where nothing was mixed.
    public let mixLossDB: Double?
  }

  /// Model whose codec encodes.
  public let model: Model
  private let settings: Settings
  private let temporaryFolder: String
  private let lengths: CodecLengths

  /// Loudness in LUFS to which the DAC program brings every recording, whatever the model.
  private static let targetLUFS = -16.0

  /// Encoder with one model and the same settings for every recording. `temporaryFolder` is the folder for a temporary
  /// file that holds the resampled recording.
  ///
  /// - Throws: `VampcError` where the model is not a DAC, or has fewer codebooks than the settings keep.
  public init(_ model: Model, settings: Settings, temporaryFolder: String) throws {
    let configuration = model.codec.configuration
    guard configuration.kind == .dac else {
      throw VampcError.codecDoesNotFit(
        model: model.name, reason: "it is a \(configuration.kind.rawValue), not a DAC")
    }
    if let count = settings.codebookCount, count > configuration.codebookCount {
      throw VampcError.tooManyCodebooks(asked: count, available: configuration.codebookCount)
    }
    self.model = model
    self.settings = settings
    self.temporaryFolder = temporaryFolder
    lengths = CodecLengths(configuration)
  }

  /// Encodes all samples of an input. `progress` is called after each processed chunk of audio; its error cancels the
  /// encoding.
  ///
  /// - Throws: `AudioIOError`; `SignalError`; `VampcError` for a recording without samples and for windows that are too
  ///   short; errors of `progress`.
  public func encode(_ reader: AudioReader, progress: CodingProgress.Handler? = nil) throws -> Report {
    let layout = ChannelLayout(sourceChannelCount: reader.channelCount, settings.channels, speakers: nil)
    let downmix = DownmixStage(layout, sourceChannelCount: reader.channelCount)
    let (spool, loudness, gains) = try measure(reader, downmix, progress)
    guard spool.sampleCount > 0 else { throw VampcError.emptyRecording }
    let source = Source(spool: spool, gains: gains)
    let seconds = Double(spool.sampleCount) / Double(spool.sampleRateHz)
    func report(_ sampleCount: Int) throws {
      try progress?(
        CodingProgress(
          stage: .encoding, doneSeconds: Double(sampleCount) / Double(spool.sampleRateHz), totalSeconds: seconds))
    }
    let isPadded = settings.windowSeconds.map { seconds <= $0 } ?? true
    let (codes, windowFrameCount) =
      isPadded
      ? try encodeWhole(source, originalSampleCount: reader.samplePosition, reader.sampleRateHz, report)
      : try encodeWindows(
        source, windowSeconds: settings.windowSeconds ?? seconds, originalSampleCount: reader.samplePosition,
        reader.sampleRateHz, report)
    return Report(
      recording: DACRecording(
        channels: codes.map(\.grid), inputLoudnessLUFS: loudness, originalSampleCount: reader.samplePosition,
        sampleRateHz: reader.sampleRateHz, windowFrameCount: windowFrameCount, isPadded: isPadded),
      nonFiniteSampleCount: reader.nonFiniteSampleCount, damages: reader.damages,
      mixLossDB: downmix.notableLossDB)
  }

  /// Mixes the recording to the coded channels and resamples it to the codec's rate. Returns the samples, their
  /// loudness before the gain, and the gain factor of each channel.
  private func measure(
    _ reader: AudioReader, _ downmix: DownmixStage, _ progress: CodingProgress.Handler?
  ) throws -> (spool: SampleSpool, loudnessLUFS: Double, gains: [Float]) {
    let channelCount = downmix.codedChannelCount
    let rate = model.geometry.sampleRateHz
    let resampler = try JuliusResampler(
      inputRateHz: reader.sampleRateHz, outputRateHz: rate, channelCount: channelCount)
    var meter = try AudiotoolsLoudnessMeter(channelCount: channelCount, sampleRateHz: rate)
    var peaks = [Float](repeating: 0, count: channelCount)
    let spool = try SampleSpool(
      channelCount: channelCount, sampleRateHz: rate, temporaryFolder: temporaryFolder)
    func keep(_ block: AudioBuffer) throws {
      try meter.add(block)
      for (index, samples) in block.channels.enumerated() {
        peaks[index] = max(peaks[index], AudioBuffer(channels: [samples], sampleRateHz: rate).samplePeak)
      }
      try spool.append(block)
    }
    while let block = try reader.read(upTo: InputReading.chunkSampleCount) {
      try keep(resampler.process(downmix.process(block)))
      try progress?(
        CodingProgress(
          stage: .measuring, doneSeconds: Double(reader.samplePosition) / Double(reader.sampleRateHz),
          totalSeconds: reader.estimatedSampleCount.map { Double($0) / Double(reader.sampleRateHz) }))
    }
    try keep(resampler.finish())
    let loudness = meter.integratedLoudnessLUFS
    let gain = AudiotoolsLoudnessMeter.gain(from: loudness, to: Self.targetLUFS)
    // Each channel is scaled by itself, as in the DAC program. A channel that would pass full scale is lowered more
    // than the others, which moves the stereo image.
    return (spool, loudness, peaks.map { $0 * gain > 1 ? gain / ($0 * gain) : gain })
  }

  /// Encodes the recording as a whole, with the codec's padding.
  private func encodeWhole(
    _ source: Source, originalSampleCount: Int, _ sourceRateHz: Int, _ report: (Int) throws -> Void
  ) throws -> (codes: [CodeColumns], windowFrameCount: Int) {
    // The DAC program cannot read a file that decodes to fewer samples than the source has. Odd strides and the
    // rounding of the resampler shorten the decode, so frames of silence are appended.
    var sampleCount = source.spool.sampleCount
    while sampleCountAtSource(decodedSampleCount(sampleCount), sourceRateHz) < originalSampleCount {
      sampleCount += lengths.hopLength
    }
    let codes = try encode(source, 0..<sampleCount, edges: .padded, report)
    return (codes, codes[0].frameCount)
  }

  /// Number of decoded samples of a recording of `sampleCount` samples that is encoded as a whole; both numbers count
  /// samples at the codec's rate.
  private func decodedSampleCount(_ sampleCount: Int) -> Int {
    lengths.decodedSampleCount(
      forFrameCount: lengths.encodedFrameCount(forSampleCount: sampleCount, edges: .padded), edges: .padded)
  }

  private func sampleCountAtSource(_ count: Int, _ sourceRateHz: Int) -> Int {
    JuliusResampler.outputCount(
      forInputCount: count, inputRateHz: model.geometry.sampleRateHz, outputRateHz: sourceRateHz)
  }

  /// Encodes the recording in windows without padding.
  private func encodeWindows(
    _ source: Source, windowSeconds: Double, originalSampleCount: Int, _ sourceRateHz: Int,
    _ report: (Int) throws -> Void
  ) throws -> (codes: [CodeColumns], windowFrameCount: Int) {
    let hop = lengths.hopLength
    let windowLength = (Int(windowSeconds * Double(model.geometry.sampleRateHz)) + hop - 1) / hop * hop
    let delay = lengths.delay
    let frameCount = lengths.encodedFrameCount(forSampleCount: windowLength, edges: .bare)
    let step = lengths.decodedSampleCount(forFrameCount: frameCount, edges: .bare)
    guard step > 0 else { throw VampcError.windowTooShort(sampleCount: windowLength, lostSampleCount: delay) }
    var codes = source.gains.map { _ in CodeColumns(codebookCount: keptCodebookCount) }
    var end = source.spool.sampleCount
    while sampleCountAtSource((end + step - 1) / step * step, sourceRateHz) < originalSampleCount { end += step }
    for start in stride(from: 0, to: end, by: step) {
      let window = try encode(source, start - delay..<start - delay + windowLength, edges: .bare) { _ in }
      for index in codes.indices { codes[index].append(window[index].grid) }
      try report(start)
    }
    return (codes, frameCount)
  }

  private var keptCodebookCount: Int { settings.codebookCount ?? model.geometry.codebookCount }

  /// Encodes the samples in `range`, counted from the beginning of the recording at the codec's rate. Samples outside
  /// the recording are silence.
  private func encode(
    _ source: Source, _ range: Range<Int>, edges: InputEdges, _ report: (Int) throws -> Void
  ) throws -> [CodeColumns] {
    let encoders = source.gains.map { _ in TokenEncoder(model.codec, edges: edges, context: model.context) }
    var codes = source.gains.map { _ in CodeColumns(codebookCount: keptCodebookCount) }
    func append(_ grids: [TokenGrid]) {
      for (index, grid) in grids.enumerated() { codes[index].append(grid) }
    }
    for start in stride(from: range.lowerBound, to: range.upperBound, by: InputReading.chunkSampleCount) {
      let chunk = try source.samples(
        in: start..<min(range.upperBound, start + InputReading.chunkSampleCount))
      append(zip(encoders, chunk.channels).map { $0.encode($1) })
      try report(start + chunk.sampleCount)
    }
    append(encoders.map { $0.finish() })
    return codes
  }

  /// Recording at the codec's rate in a temporary file, and the gain factor of each channel.
  private struct Source {
    let spool: SampleSpool
    let gains: [Float]

    /// Samples of a range with the gain applied; samples outside the recording are 0.
    func samples(in range: Range<Int>) throws -> AudioBuffer {
      let there = range.clamped(to: 0..<spool.sampleCount)
      var block = try spool.samples(in: there)
      let before = [Float](repeating: 0, count: there.isEmpty ? range.count : there.lowerBound - range.lowerBound)
      let after = [Float](repeating: 0, count: range.count - before.count - there.count)
      block.channels = zip(block.channels, gains).map { samples, gain in before + samples.map { $0 * gain } + after }
      return block
    }
  }
}
