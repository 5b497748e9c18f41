public import Kernels
public import Tokens

/// Streaming decoder of one channel, from tokens to samples. The samples equal the samples of a decode of the whole
/// recording.
public final class TokenDecoder {
  private let codec: Codec
  private let context: ComputeContext
  private let stream: any LayerStream
  private var hasStarted = false
  private let samples = FloatRows(channelCount: 1)

  /// Creates the decoder of a new stream.
  ///
  /// - Parameters:
  ///   - codec: Codec whose quantiser and decoder decode.
  ///   - edges: Treatment of both ends of the stream: padded with zeros, or bare, which gives fewer samples
  ///     (``CodecLengths/decodedSampleCount(forFrameCount:edges:)``).
  ///   - context: Threads and instruction set of the computation.
  /// - Precondition: `edges` are padded for LAC.
  public init(_ codec: Codec, edges: InputEdges = .padded, context: ComputeContext) {
    self.codec = codec
    self.context = context
    stream = codec.makeDecoderStream(edges: edges)
  }

  /// Decodes the next frames and returns the samples that these frames complete.
  ///
  /// - Parameter grid: Tokens of all codebooks or of the first codebooks.
  /// - Precondition: `grid` has no more codebooks than the codec, and every token is below the codec's
  ///   codebook size.
  public func decode(_ grid: TokenGrid) -> [Float] {
    decode(latents: codec.quantiser.decode(grid, context: context))
  }

  /// Decodes the next latents `[frames, latent]` and returns the samples that these frames complete.
  public func decode(latents: FloatRows) -> [Float] {
    guard latents.count > 0 else { return [] }
    hasStarted = true
    stream.input.append(latents)
    return advance(isFinal: false)
  }

  /// Returns the remaining samples and ends the stream.
  ///
  /// A stream with padded edges has frames · hop samples in total. With odd strides, a DAC gives fewer samples and a
  /// LAC gives more.
  public func finish() -> [Float] { hasStarted ? advance(isFinal: true) : [] }

  private func advance(isFinal: Bool) -> [Float] {
    stream.advance(into: samples, isFinal: isFinal, context: context)
    defer { samples.removeAll() }
    return samples.values
  }
}
