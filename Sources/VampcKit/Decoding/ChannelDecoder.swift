import DAC
import Kernels
import Tokens

/// One coded channel on its way from kept tokens to samples at the codec's rate.
final class ChannelDecoder {
  private let filler: any TokenFiller
  private let decoder: TokenDecoder
  /// Latents `[frame, latent]` that are complete and not decoded yet.
  private let latents: FloatRows

  /// Frames that pass through the codec at a time, which bounds the memory of its activations.
  static let chunkFrameCount = 64

  init(_ filler: any TokenFiller, _ model: Model) {
    self.filler = filler
    decoder = TokenDecoder(model.codec, context: model.context)
    latents = FloatRows(channelCount: model.codec.quantiser.latentDim)
  }

  /// Absolute number of the first frame that comes out.
  var firstFrame: Int { filler.firstFrame }
  /// Frames that are ready to be decoded.
  var frameCount: Int { latents.count }

  /// Takes the next frames.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed and cannot be loaded.
  func append(_ segment: TokenSegment) throws { try filler.fill(segment, into: latents) }

  /// Makes all frames ready, once no more tokens will come.
  func finishTokens() throws { try filler.finish(into: latents) }

  /// Removes frames that are ready, without decoding them.
  func dropFrames(_ count: Int) { latents.removeFirst(count) }

  /// Samples that decoding the next frames makes available.
  ///
  /// - Precondition: `frameCount` frames are ready.
  func takeSamples(frameCount: Int) -> [Float] { decoder.decode(latents: latents.takeFirst(upTo: frameCount)) }

  /// Samples that the codec still holds, once all frames have been decoded.
  func finishSamples() -> [Float] { decoder.finish() }
}
