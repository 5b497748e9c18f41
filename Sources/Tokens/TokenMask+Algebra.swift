extension TokenMask {
  /// Mask that keeps the tokens that this mask or `other` keeps.
  ///
  /// - Precondition: both masks have the same shape.
  public func union(_ other: TokenMask) -> TokenMask { combined(with: other) { $0 || $1 } }

  /// Mask that keeps the tokens that both masks keep.
  ///
  /// - Precondition: both masks have the same shape.
  public func intersection(_ other: TokenMask) -> TokenMask { combined(with: other) { $0 && $1 } }

  /// Mask that keeps exactly the tokens that this mask does not keep.
  public var complement: TokenMask {
    TokenMask(codebookCount: codebookCount, frameCount: frameCount, keptFlags: keptFlags.map(!))
  }

  /// Mask with all flags moved by a number of frames. Frames that move in from outside keep nothing.
  ///
  /// - Parameter frameOffset: Frames to move towards the end; negative to move towards the beginning.
  public func shifted(by frameOffset: Int) -> TokenMask {
    var result = TokenMask(codebookCount: codebookCount, frameCount: frameCount, isKept: false)
    for codebook in 0..<codebookCount {
      for frame in keptFrames(ofCodebook: codebook) where (0..<frameCount).contains(frame + frameOffset) {
        result.keep(codebook: codebook, frame: frame + frameOffset)
      }
    }
    return result
  }

  /// Mask without the kept tokens for which `drops` is true.
  public func dropping(where drops: (_ codebook: Int, _ frame: Int) -> Bool) -> TokenMask {
    var result = self
    for codebook in 0..<codebookCount {
      for frame in keptFrames(ofCodebook: codebook) where drops(codebook, frame) {
        result.setMasked(codebook: codebook, frame: frame)
      }
    }
    return result
  }

  private func combined(with other: TokenMask, _ operation: (Bool, Bool) -> Bool) -> TokenMask {
    precondition(
      codebookCount == other.codebookCount && frameCount == other.frameCount, "masks of different shapes")
    return TokenMask(
      codebookCount: codebookCount, frameCount: frameCount, keptFlags: zip(keptFlags, other.keptFlags).map(operation))
  }
}
