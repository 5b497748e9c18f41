/// Keep mask: which tokens of a grid `[codebook, frame]` are kept. All others are masked, to be generated.
///
/// The paper's mask and the published code have the opposite sense (1 = masked, to be predicted).
public struct TokenMask: Equatable, Sendable {
  public let codebookCount: Int
  public let frameCount: Int
  /// `codebookCount * frameCount` flags, codebook by codebook: `true` is kept.
  public private(set) var keptFlags: [Bool]

  /// Mask that keeps all tokens (`isKept` is `true`) or none.
  public init(codebookCount: Int, frameCount: Int, isKept: Bool) {
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    keptFlags = [Bool](repeating: isKept, count: codebookCount * frameCount)
  }

  /// - Parameter keptFlags: One flag for each token, codebook by codebook: `true` is kept.
  /// - Precondition: `keptFlags.count == codebookCount * frameCount`.
  public init(codebookCount: Int, frameCount: Int, keptFlags: [Bool]) {
    precondition(keptFlags.count == codebookCount * frameCount, "flag count does not match the mask")
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    self.keptFlags = keptFlags
  }

  /// Mask of `frames` (absolute frame numbers) that keeps the tokens of `prompt` alone.
  public init(keeping prompt: CompressionPrompt, codebookCount: Int, frames: Range<Int>) {
    self.init(codebookCount: codebookCount, frameCount: frames.count, isKept: false)
    keep(prompt, frames: frames)
  }

  /// Whether the token of a codebook and a frame is kept.
  public func isKept(codebook: Int, frame: Int) -> Bool { keptFlags[codebook * frameCount + frame] }

  /// Keeps one more token.
  public mutating func keep(codebook: Int, frame: Int) { keptFlags[codebook * frameCount + frame] = true }

  /// Keeps the tokens of `prompt`, too.
  ///
  /// - Parameter frames: Absolute numbers of this mask's frames.
  public mutating func keep(_ prompt: CompressionPrompt, frames: Range<Int>) {
    precondition(frames.count == frameCount, "frame count does not match the mask")
    guard prompt.period > 0 else { return }
    let first = frames.lowerBound + (prompt.phase - frames.lowerBound % prompt.period + prompt.period) % prompt.period
    for codebook in 0..<min(prompt.codebookCount, codebookCount) {
      for frame in stride(from: first, to: frames.upperBound, by: prompt.period) {
        keep(codebook: codebook, frame: frame - frames.lowerBound)
      }
    }
  }

  /// Masks one token.
  public mutating func setMasked(codebook: Int, frame: Int) { keptFlags[codebook * frameCount + frame] = false }

  /// Frames of `codebook` whose tokens are kept, in ascending order.
  public func keptFrames(ofCodebook codebook: Int) -> [Int] {
    let start = codebook * frameCount
    return (0..<frameCount).filter { keptFlags[start + $0] }
  }

  /// Number of masked tokens.
  public var maskedCount: Int { keptFlags.count - keptCount }

  /// Number of kept tokens.
  public var keptCount: Int { keptFlags.count { $0 } }

  /// Copy of some codebooks and frames.
  public func slice(codebooks: Range<Int>, frames: Range<Int>) -> TokenMask {
    var flags: [Bool] = []
    flags.reserveCapacity(codebooks.count * frames.count)
    for codebook in codebooks {
      flags += keptFlags[codebook * frameCount + frames.lowerBound..<codebook * frameCount + frames.upperBound]
    }
    return TokenMask(codebookCount: codebooks.count, frameCount: frames.count, keptFlags: flags)
  }

  /// This mask followed in time by `other`.
  ///
  /// - Precondition: both masks have the same number of codebooks.
  public func appending(_ other: TokenMask) -> TokenMask {
    precondition(codebookCount == other.codebookCount, "codebook counts differ")
    var joined: [Bool] = []
    joined.reserveCapacity(keptFlags.count + other.keptFlags.count)
    for codebook in 0..<codebookCount {
      joined += keptFlags[codebook * frameCount..<(codebook + 1) * frameCount]
      joined += other.keptFlags[codebook * other.frameCount..<(codebook + 1) * other.frameCount]
    }
    return TokenMask(codebookCount: codebookCount, frameCount: frameCount + other.frameCount, keptFlags: joined)
  }
}
