public import Kernels
public import Tokens

/// Decodes one channel as it comes: frames of tokens in, samples out, the same as decoding the whole at once.
public final class TokenDecoder {
  private let codec: Codec
  private let context: ComputeContext
  private let stream: any LayerStream
  private var hasStarted = false
  private let samples = FloatRows(channelCount: 1)

  /// - Parameter edges: bare ones give fewer samples (`CodecLengths.decodedSampleCount`).
  /// - Precondition: `edges` are padded for LAC.
  public init(_ codec: Codec, edges: InputEdges = .padded, context: ComputeContext) {
    self.codec = codec
    self.context = context
    stream = codec.makeDecoderStream(edges: edges)
  }

  /// Takes frames of the first codebooks, as many as `grid` has, and returns the samples that they complete.
  ///
  /// - Precondition: as for `ResidualVectorQuantiser.decode`.
  public func decode(_ grid: TokenGrid) -> [Float] {
    decode(latents: codec.quantiser.decode(grid, context: context))
  }

  /// Takes frames of latents `[frames, latent]` and returns the samples that they complete.
  public func decode(latents: FloatRows) -> [Float] {
    guard latents.count > 0 else { return [] }
    hasStarted = true
    stream.input.append(latents)
    return advance(isFinal: false)
  }

  /// The samples that remain. Ends the stream.
  ///
  /// Altogether frames · hop, or a few fewer with odd strides, as the published decoder gives
  /// (`CodecLengths.decodedSampleCount`).
  public func finish() -> [Float] { hasStarted ? advance(isFinal: true) : [] }

  private func advance(isFinal: Bool) -> [Float] {
    stream.advance(into: samples, isFinal: isFinal, context: context)
    defer { samples.removeAll() }
    return samples.values
  }
}
