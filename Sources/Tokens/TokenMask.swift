/// Keep mask of a grid `[codebook, frame]`: marks each token as kept or masked.
///
/// VampNet's paper and published code use the opposite sense: 1 is masked.
public struct TokenMask: Equatable, Sendable {
  /// Number of codebooks.
  public let codebookCount: Int
  /// Number of frames.
  public let frameCount: Int
  /// All `codebookCount * frameCount` flags, codebook by codebook; `true` marks a kept token.
  public private(set) var keptFlags: [Bool]

  /// Mask that keeps all tokens (`isKept` is `true`) or none.
  public init(codebookCount: Int, frameCount: Int, isKept: Bool) {
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    keptFlags = [Bool](repeating: isKept, count: codebookCount * frameCount)
  }

  /// Mask of the given flags: one for each token, codebook by codebook; `true` marks a kept token.
  ///
  /// - Precondition: `keptFlags.count == codebookCount * frameCount`.
  public init(codebookCount: Int, frameCount: Int, keptFlags: [Bool]) {
    precondition(keptFlags.count == codebookCount * frameCount, "flag count does not match the mask")
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    self.keptFlags = keptFlags
  }

  /// Mask that keeps only the tokens of `prompt`.
  ///
  /// - Parameters:
  ///   - prompt: Rule that picks the kept tokens.
  ///   - codebookCount: Number of codebooks of the mask.
  ///   - frames: Absolute numbers of the mask's frames.
  public init(keeping prompt: CompressionPrompt, codebookCount: Int, frames: Range<Int>) {
    self.init(codebookCount: codebookCount, frameCount: frames.count, isKept: false)
    keep(prompt, frames: frames)
  }

  /// Whether the token of a codebook and a frame is kept.
  public func isKept(codebook: Int, frame: Int) -> Bool { keptFlags[codebook * frameCount + frame] }

  /// Marks one token as kept.
  public mutating func keep(codebook: Int, frame: Int) { keptFlags[codebook * frameCount + frame] = true }

  /// Marks the tokens of `prompt` as kept; all other tokens stay as they are.
  ///
  /// - Parameters:
  ///   - prompt: Rule that picks tokens.
  ///   - frames: Absolute numbers of the mask's frames.
  /// - Precondition: `frames.count == frameCount`.
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

  /// Marks one token as masked.
  public mutating func setMasked(codebook: Int, frame: Int) { keptFlags[codebook * frameCount + frame] = false }

  /// Marks consecutive tokens as kept.
  ///
  /// - Parameter positions: Positions in ``keptFlags``, codebook by codebook.
  public mutating func keep(positions: Range<Int>) {
    keptFlags.replaceSubrange(positions, with: repeatElement(true, count: positions.count))
  }

  /// Frames at which `codebook` has a kept token, in ascending order.
  public func keptFrames(ofCodebook codebook: Int) -> [Int] {
    let count = keptCount(ofCodebook: codebook)
    if count == 0 { return [] }
    if count == frameCount { return Array(0..<frameCount) }
    let start = codebook * frameCount
    var frames: [Int] = []
    frames.reserveCapacity(count)
    for frame in 0..<frameCount where keptFlags[start + frame] { frames.append(frame) }
    return frames
  }

  /// Number of masked tokens.
  public var maskedCount: Int { keptFlags.count - keptCount }

  /// Number of kept tokens.
  public var keptCount: Int { keptCount(in: 0..<keptFlags.count) }

  /// Number of kept tokens of one codebook.
  public func keptCount(ofCodebook codebook: Int) -> Int {
    keptCount(in: codebook * frameCount..<(codebook + 1) * frameCount)
  }

  /// Codebooks with at least one kept token, in ascending order.
  public var keptCodebooks: [Int] { (0..<codebookCount).filter { keptCount(ofCodebook: $0) > 0 } }

  // A stream of a few bytes may describe a million flags. A sum without branches counts many flags at a time.
  private func keptCount(in positions: Range<Int>) -> Int {
    var count = 0
    for position in positions { count &+= keptFlags[position] ? 1 : 0 }
    return count
  }

  /// Copies the flags of some codebooks and frames into a mask of their own.
  public func slice(codebooks: Range<Int>, frames: Range<Int>) -> TokenMask {
    var flags: [Bool] = []
    flags.reserveCapacity(codebooks.count * frames.count)
    for codebook in codebooks {
      flags += keptFlags[codebook * frameCount + frames.lowerBound..<codebook * frameCount + frames.upperBound]
    }
    return TokenMask(codebookCount: codebooks.count, frameCount: frames.count, keptFlags: flags)
  }

  /// Mask of the frames of this mask, followed by the frames of `other`.
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
