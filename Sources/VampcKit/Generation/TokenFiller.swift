import Kernels

/// Converter of one channel's kept tokens to latents of every frame.
protocol TokenFiller: AnyObject {
  /// Absolute number of the frame that the first latents belong to.
  var firstFrame: Int { get }
  /// Processes the frames of `segment`, which follow the frames before, and appends the latents that are now complete,
  /// `[frame, latent]`, to `latents`.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer is needed and cannot be loaded.
  func fill(_ segment: TokenSegment, into latents: FloatRows) throws
  /// Appends the remaining latents after the last tokens.
  ///
  /// - Throws: same errors as ``fill(_:into:)``.
  func finish(into latents: FloatRows) throws
}
