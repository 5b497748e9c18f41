import ModelStore
import Tokens
import VampNet

/// Method by which a decoder replaces the tokens that a stream does not keep.
enum MaskedTokenMethod {
  /// VampNet generates masked tokens. The dimensions of the transformers are known without loading a transformer.
  case generated(coarse: VampNetConfiguration, coarseToFine: VampNetConfiguration?)
  /// Random tokens replace masked tokens.
  case random
  /// In each frame, codebooks from the first masked codebook on are left out. Latents of frames without the first
  /// codebook are interpolated.
  case interpolated

  /// Method for `fill`; a model without transformers interpolates instead of generating.
  init(_ fill: DecoderSettings.Fill, _ model: Model) {
    switch fill {
    case .random: self = .random
    case .none: self = .interpolated
    case .generate:
      if let coarse = model.coarseConfiguration {
        self = .generated(coarse: coarse, coarseToFine: model.coarseToFineConfiguration)
      } else {
        self = .interpolated
      }
    }
  }

  /// First input frame that is needed so that latents from `latentFrame` on equal the latents of a full decode. All
  /// frame numbers are absolute.
  ///
  /// - Parameter origin: First frame of the stream, where the grid of windows begins.
  /// - Note: Interpolated latents also depend on the last block in front of the returned frame that keeps tokens of the
  ///   first codebook.
  func neededFrame(origin: Int, latentFrame: Int) -> Int {
    guard case .generated(let coarse, let coarseToFine) = self else { return latentFrame }
    var frame = latentFrame
    if let coarseToFine {
      frame = WindowGrid(windowLength: coarseToFine.windowFrameCount, firstFrame: origin).start(covering: frame)
    }
    return WindowGrid(windowLength: coarse.windowFrameCount, firstFrame: origin).start(covering: frame)
  }
}
