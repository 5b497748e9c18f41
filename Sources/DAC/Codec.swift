public import Kernels
public import ModelStore
public import Tokens

/// A Descript Audio Codec (arXiv 2306.06546) or VampNet's variant of it, LAC: encoder, residual vector quantiser and
/// decoder, with their weights ready to run.
///
/// Weights are shared by any number of streams; `TokenEncoder` and `TokenDecoder` are those streams.
public final class Codec: Sendable {
  public let configuration: CodecConfiguration
  public let quantiser: ResidualVectorQuantiser
  private let encoder: DACEncoder
  private let decoder: any LatentDecoder

  /// Reads and packs the weights for the level of `context`.
  ///
  /// - Throws: `ModelError` where the file does not hold a codec, or a tensor is missing, misshapen, surplus or not
  ///   finite.
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

  public var geometry: TokenGeometry {
    TokenGeometry(
      sampleRateHz: configuration.sampleRateHz, hopLength: configuration.hopLength,
      codebookCount: configuration.codebookCount, codebookSize: configuration.codebookSize)
  }

  /// Encoder at work on a new stream: samples `[T, 1]` to latents `[frames, latent]`.
  public func makeEncoderStream(edges: InputEdges = .padded) -> any LayerStream { encoder.makeStream(edges: edges) }

  /// Decoder at work on a new stream: latents `[frames, latent]` to samples `[T, 1]`.
  ///
  /// - Precondition: `edges` are padded for LAC.
  public func makeDecoderStream(edges: InputEdges = .padded) -> any LayerStream { decoder.makeStream(edges: edges) }
}

/// The half of a codec that turns latents into samples.
protocol LatentDecoder: Sendable {
  func makeStream(edges: InputEdges) -> any LayerStream
}
