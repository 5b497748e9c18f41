import DAC
import Kernels
import Tokens

/// Decoder of one coded channel, from kept tokens to samples at the codec's rate.
final class ChannelDecoder {
  private let filler: any TokenFiller
  private let decoder: TokenDecoder
  /// Latents `[frame, latent]` of frames that are complete, but neither decoded nor dropped.
  private let latents: FloatRows

  /// Number of frames that pass through the codec at a time, which bounds the memory of its activations.
  static let chunkFrameCount = 64

  init(_ filler: any TokenFiller, _ model: Model) {
    self.filler = filler
    decoder = TokenDecoder(model.codec, context: model.context)
    latents = FloatRows(channelCount: model.codec.quantiser.latentDim)
  }

  /// Absolute number of the first frame whose latents are computed.
  var firstFrame: Int { filler.firstFrame }
  /// Number of complete frames that are neither decoded nor dropped.
  var frameCount: Int { latents.count }

  /// Appends the next frames, which follow the frames before.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed and cannot be loaded.
  func append(_ segment: TokenSegment) throws { try filler.fill(segment, into: latents) }

  /// Tells the decoder that no tokens follow, so that all remaining frames become complete.
  ///
  /// - Throws: same errors as `append(_:)`.
  func finishTokens() throws { try filler.finish(into: latents) }

  /// Removes the first `count` complete frames without decoding them.
  func dropFrames(_ count: Int) { latents.removeFirst(count) }

  /// Decodes the next `frameCount` frames and returns the samples that these frames complete.
  ///
  /// - Precondition: `frameCount` frames are complete.
  func takeSamples(frameCount: Int) -> [Float] { decoder.decode(latents: latents.takeFirst(upTo: frameCount)) }

  /// Returns the remaining samples of the codec after the last frame.
  func finishSamples() -> [Float] { decoder.finish() }
}
