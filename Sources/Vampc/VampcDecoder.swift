public import Kernels
public import ModelStore
public import Signal
public import VampcKit

/// Decoder of vampc streams, into memory or in chunks.
///
/// A decoder loads the models that streams need and keeps them in memory. A decoder serves one call at a time.
public struct VampcDecoder {
  private let decoder: RecordingDecoder

  /// Decoder of the streams of some models.
  ///
  /// - Parameters:
  ///   - library: Models that streams may name.
  ///   - settings: Treatment of masked tokens and of damage.
  ///   - context: Threads and instruction set of the computation.
  public init(
    library: ModelLibrary, settings: DecoderSettings = DecoderSettings(), context: ComputeContext = ComputeContext()
  ) {
    decoder = RecordingDecoder(library: library, settings: settings, context: context)
  }

  /// Decodes all streams of a file in memory, one after the other.
  ///
  /// - Parameters:
  ///   - bytes: Contents of a `.vampc` file.
  ///   - range: Segment of the decoded output; nil for all of the output.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the decode.
  /// - Returns: samples in the format of the first stream.
  /// - Throws: `BitstreamError` where the bytes are no stream, or are damaged and the settings stop at damage;
  ///   `DecodingBudgetError` and `ReadingBudgetError` where the bytes cost too much; `ModelError` where the model
  ///   cannot be found or read; `VampNetError` where a transformer cannot be loaded; `SignalError`, `VampcError`, and
  ///   errors of `progress`.
  public func decode(
    _ bytes: [UInt8], range: TimeRange? = nil, progress: CodingProgress.Handler? = nil
  ) throws -> AudioBuffer {
    try decoder.decodeInMemory(bytes, range: range, progress: progress).audio
  }

  /// Decodes all streams of an input, and writes samples as soon as they are decoded.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes of the input, none at its end.
  ///   - makeOutput: Closure that opens the output when the first stream's header is known.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the decode.
  ///   - notice: Closure that is called with each notice, such as damage, as soon as the notice is known.
  /// - Returns: Headers, length, share of masked tokens, damage and notices.
  /// - Throws: same errors as ``decode(_:range:progress:)``, and errors of the closures and of the output.
  public func decode(
    source: @escaping () throws -> [UInt8], makeOutput: @escaping OutputMaker,
    progress: CodingProgress.Handler? = nil, notice: @escaping (DecoderNotice) -> Void = { _ in }
  ) throws -> DecodingReport {
    try decoder.decode(source: source, makeOutput: makeOutput, progress: progress, notice: notice)
  }
}
