public import AudioIO
public import Signal
public import VampcKit

/// Encoder of audio into vampc streams, in memory or in chunks.
///
/// An encoder has one model and serves one call at a time.
public struct VampcEncoder {
  private let encoder: RecordingEncoder

  /// Encoder with one model and the same settings for every encoding.
  ///
  /// - Parameters:
  ///   - model: Model whose codec encodes.
  ///   - settings: Rate, channels, keep rules and further settings; 8 kbit/s mono by default.
  /// - Throws: `VampcError` where the settings do not fit the model or the model's frontier is invalid;
  ///   `KeepRulesError` where a keep mask has more codebooks than the codec.
  public init(_ model: Model, settings: EncoderSettings = EncoderSettings()) throws {
    encoder = try RecordingEncoder(model, settings: settings)
  }

  /// Encodes audio in memory.
  ///
  /// - Parameters:
  ///   - audio: Samples, nominally in −1...1.
  ///   - tags: Tags that the stream carries.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the encode.
  /// - Returns: bytes of one stream.
  /// - Throws: `VampcError`, `SignalError`, `ModelError`, `VampNetError`, `BitstreamError` for values that the
  ///   container cannot hold, and errors of `progress`.
  public func encode(
    _ audio: AudioBuffer, tags: [AudioTag] = [], progress: CodingProgress.Handler? = nil
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try encode(BufferInput(audio, tags: tags), write: { bytes += $0 }, progress: progress)
    return bytes
  }

  /// Encodes all samples of an input and passes on the stream's bytes as soon as they are known.
  ///
  /// A seekable input is read twice. An input that cannot be read twice, such as a pipe, is encoded block by block.
  ///
  /// - Parameters:
  ///   - input: File, pipe or memory.
  ///   - write: Closure that is called with the stream's bytes, in order.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the encode.
  /// - Returns: Header of the stream, numbers of samples and bytes, and damage of the input.
  /// - Throws: `AudioIOError`, the same errors as ``encode(_:tags:progress:)``, and errors of `write`.
  public func encode(
    _ input: any AudioInput, write: @escaping ([UInt8]) throws -> Void, progress: CodingProgress.Handler? = nil
  ) throws -> RecordingEncoder.Report {
    try encoder.encode(input, write: write, progress: progress)
  }
}
