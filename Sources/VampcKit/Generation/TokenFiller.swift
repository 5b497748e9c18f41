import Kernels

/// Converter of one channel's kept tokens to latents of every frame.
protocol TokenFiller: AnyObject {
  /// Absolute number of the frame that the first latents belong to.
  var firstFrame: Int { get }
  /// Takes the next frames and appends the latents `[frame, latent]` that are complete to `latents`.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed and cannot be loaded.
  func fill(_ segment: TokenSegment, into latents: FloatRows) throws
  /// Appends the rest of the latents, once no more tokens will come.
  func finish(into latents: FloatRows) throws
}
