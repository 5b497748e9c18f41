import Kernels

/// Decoder of a codec, which turns latents into samples.
protocol LatentDecoder: Sendable {
  /// Creates the decoder of a new stream.
  func makeStream(edges: InputEdges) -> any LayerStream
}
