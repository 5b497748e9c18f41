public import Bitstream
public import Kernels
public import ModelStore
public import Signal

/// Decoder of streams: bytes in, audio out. A stream names its codec, and a library of models provides the codec.
public final class RecordingDecoder {
  /// Settings of every decoding.
  public let settings: DecoderSettings
  private let models: ModelResolver

  /// Decoder with one given model, or with the models of a library that streams name.
  ///
  /// - Parameters:
  ///   - library: Models that streams may name.
  ///   - model: Model that decodes every stream; nil decodes each stream with the model of `library` that the stream
  ///     names. A stream with another codec than `model` is refused, unless the settings accept it.
  ///   - rescorer: Second model whose probabilities are mixed in where tokens are generated; nil for none.
  ///   - settings: Treatment of masked tokens and damage, and limits of cost.
  ///   - context: Threads and instruction set of the computation.
  public init(
    library: ModelLibrary, model: Model? = nil, rescorer: RescoringModel? = nil,
    settings: DecoderSettings = DecoderSettings(), context: ComputeContext
  ) {
    self.settings = settings
    models = ModelResolver(
      library: library, namedModel: model, acceptsOtherCodec: settings.acceptsOtherCodec, rescorer: rescorer,
      context: context)
  }

  /// Decodes all streams of an input, one after the other, into one output in the format of the first stream.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes with each call, and an empty array at the end of the input.
  ///   - range: Segment of the output to be written; nil for the whole output. Blocks in front of all frames that the
  ///     segment depends on are read but not decoded. Reading ends when the segment is written.
  ///   - makeOutput: Closure that opens the output, once the first stream's header is known.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the decoding.
  ///   - notice: Closure that is called with each notice as soon as it is known.
  /// - Throws: `BitstreamError` where the input is no stream, or is damaged and the settings stop at damage;
  ///   `DecodingBudgetError` and `ReadingBudgetError` where the input costs too much; `ModelError` where the model
  ///   cannot be found or read; `VampNetError` where a transformer cannot be loaded; `SignalError` for a rate that
  ///   cannot be resampled; `VampcError`; errors of the closures and of the output.
  public func decode(
    source: @escaping () throws -> [UInt8], range: TimeRange? = nil, makeOutput: @escaping OutputMaker,
    progress: CodingProgress.Handler? = nil, notice: @escaping (DecoderNotice) -> Void = { _ in }
  ) throws -> DecodingReport {
    let target = DecodingTarget(range: range, makeOutput: makeOutput, progress: progress)
    return try InputDecoding(models, settings, target: target, journal: DecodingJournal(listener: notice)).decode(
      StreamReader(policy: settings.damagePolicy, source: source))
  }

  /// Decodes bytes in memory into an audio buffer.
  ///
  /// - Parameters:
  ///   - bytes: One or several streams, one after the other.
  ///   - range: Segment of the output to be returned; nil for the whole output.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the decoding.
  /// - Throws: same errors as `decode(source:range:makeOutput:progress:notice:)`.
  public func decodeInMemory(
    _ bytes: [UInt8], range: TimeRange? = nil, progress: CodingProgress.Handler? = nil
  ) throws -> (audio: AudioBuffer, report: DecodingReport) {
    var output: BufferOutput?
    let makeOutput: OutputMaker = { header in
      let opened = BufferOutput(
        sampleRateHz: header.sourceSampleRateHz, channelCount: header.codedChannelCount)
      output = opened
      return opened
    }
    let report =
      if let range {
        try decode(bytes: bytes, range: range, makeOutput: makeOutput, progress: progress)
      } else {
        try decode(source: bytes.source(from: 0), makeOutput: makeOutput, progress: progress)
      }
    guard let output else { preconditionFailure("a decoded stream without an output") }
    return (output.buffer, report)
  }

  /// Decodes a segment of an input, and skips blocks in front of the segment that the segment does not depend on.
  ///
  /// Only the first bytes of most skipped blocks are read. Skipping ends where these bytes reveal damage, so that
  /// damage has the same effect as in a full decode.
  ///
  /// At the codec's rate, the samples equal the samples of a full decode. At another output rate, they agree with the
  /// samples of a full decode to within the rounding of single precision.
  ///
  /// - Throws: same errors as `decode(source:range:makeOutput:progress:notice:)`.
  public func decode(
    bytes: any RandomAccessBytes, range: TimeRange, makeOutput: @escaping OutputMaker,
    progress: CodingProgress.Handler? = nil, notice: @escaping (DecoderNotice) -> Void = { _ in }
  ) throws -> DecodingReport {
    let seeker = StreamSeeker(bytes: bytes, range: range, models: models, fill: settings.fill)
    guard let place = try seeker.place(), place.passedStreamCount > 0 || place.inside != nil else {
      return try decode(
        source: bytes.source(from: 0), range: range, makeOutput: makeOutput, progress: progress, notice: notice)
    }
    let target = DecodingTarget(range: range, makeOutput: makeOutput, progress: progress)
    return try InputDecoding(models, settings, target: target, journal: DecodingJournal(listener: notice)).decode(
      bytes, from: place)
  }
}
