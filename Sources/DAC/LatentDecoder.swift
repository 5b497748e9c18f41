import Kernels

/// Decoder of a codec, which turns latents into samples.
protocol LatentDecoder: Sendable {
  /// Creates the decoder of a new stream.
  ///
  /// - Parameter edges: Whether both ends of the stream are padded with zeros.
  /// - Precondition: `edges` are padded for LAC.
  func makeStream(edges: InputEdges) -> any LayerStream
}
