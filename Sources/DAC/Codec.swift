public import Kernels
public import ModelStore
public import Tokens

/// Descript Audio Codec (DAC, arXiv 2306.06546) or its variant in VampNet's checkpoint (LAC), ready to run.
///
/// A codec holds the weights of encoder, residual vector quantiser and decoder. Any number of ``TokenEncoder`` and
/// ``TokenDecoder`` instances can share one codec.
public final class Codec: Sendable {
  /// Configuration of the codec from its model file.
  public let configuration: CodecConfiguration
  /// Residual vector quantiser.
  public let quantiser: ResidualVectorQuantiser
  private let encoder: DACEncoder
  private let decoder: any LatentDecoder

  /// Loads the codec of a model file and packs its weights for the instruction set of `context`.
  ///
  /// - Throws: `ModelError` if the file holds no codec, or if a tensor is missing, unexpected, of the wrong shape or
  ///   element type, not finite, or has a weight-normalised row of norm 0.
  public init(_ file: ModelFile, context: ComputeContext) throws {
    configuration = try file.codecConfiguration()
    let layers = LayerLoader(tensors: Tensors(file.weights), context: context)
    encoder = try DACEncoder(configuration, layers)
    quantiser = try ResidualVectorQuantiser(configuration, layers)
    switch configuration.kind {
    case .dac: decoder = try DACDecoder(configuration, layers)
    case .lac: decoder = try LACDecoder(configuration, layers)
    }
    try layers.tensors.finish()
  }

  /// Token geometry of the codec: sample rate, hop, number of codebooks and codebook size.
  public var geometry: TokenGeometry {
    TokenGeometry(
      sampleRateHz: configuration.sampleRateHz, hopLength: configuration.hopLength,
      codebookCount: configuration.codebookCount, codebookSize: configuration.codebookSize)
  }

  /// Returns the number of frames that the encoder gives for `sampleCount` samples, with padded edges.
  ///
  /// For whole hops, a DAC whose strides are at least 2 gives one frame per hop. A LAC layer with an odd stride turns
  /// n input rows into only ⌊(n − 1) / stride⌋ rows.
  func encodedFrameCount(forSampleCount sampleCount: Int) -> Int {
    configuration.encoderRates.reduce(sampleCount) { length, stride in
      let missing = 2 * stride - 2 * stridePadding(stride, of: configuration.kind)
      return length < missing ? 0 : (length - missing) / stride + 1
    }
  }

  /// Creates the encoder of a new stream, which turns T samples of one channel, as rows `[T, 1]`, into latents
  /// `[frames, latent]`.
  ///
  /// - Parameter edges: Whether both ends of the stream are padded with zeros.
  public func makeEncoderStream(edges: InputEdges = .padded) -> any LayerStream { encoder.makeStream(edges: edges) }

  /// Creates the decoder of a new stream, which turns latents `[frames, latent]` into T samples of one channel, as rows
  /// `[T, 1]`.
  ///
  /// - Parameter edges: Whether both ends of the stream are padded with zeros.
  /// - Precondition: `edges` are padded for LAC.
  public func makeDecoderStream(edges: InputEdges = .padded) -> any LayerStream { decoder.makeStream(edges: edges) }
}
