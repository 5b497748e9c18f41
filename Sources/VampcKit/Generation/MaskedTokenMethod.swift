import ModelStore
import Tokens
import VampNet

/// Method by which a decoder replaces the tokens that a stream does not keep.
enum MaskedTokenMethod {
  /// VampNet generates them. Window lengths are known without loading a transformer.
  case generated(coarse: VampNetConfiguration, coarseToFine: VampNetConfiguration?)
  /// Random tokens stand in for them.
  case random
  /// Masked codebooks are left out, latents of masked frames are interpolated.
  case interpolated

  /// Method that `fill` demands, as far as the model can follow: a codec without transformers interpolates.
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

  /// First frame that must be seen so that latents from `latentFrame` on come out as if the whole stream were decoded.
  ///
  /// - Parameter origin: First frame of the stream, where the grid of windows begins.
  func neededFrame(origin: Int, latentFrame: Int) -> Int {
    guard case .generated(let coarse, let coarseToFine) = self else { return latentFrame }
    var frame = latentFrame
    if let coarseToFine {
      frame = WindowGrid(windowLength: coarseToFine.windowFrameCount, firstFrame: origin).start(covering: frame)
    }
    return WindowGrid(windowLength: coarse.windowFrameCount, firstFrame: origin).start(covering: frame)
  }
}
