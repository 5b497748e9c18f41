import Kernels

/// Turns what a stream keeps of one channel into latents for every frame.
protocol TokenFiller: AnyObject {
  /// The absolute frame that the first latents are of.
  var firstFrame: Int { get }
  /// Takes the next frames and appends the latents `[frame, latent]` that are complete to `latents`.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed that cannot be loaded.
  func fill(_ stretch: TokenStretch, into latents: FloatRows) throws
  /// Appends the rest.
  func finish(into latents: FloatRows) throws
}
