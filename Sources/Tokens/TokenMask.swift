/// Which tokens are to be imagined, `[codebook, frame]`: `true` is masked, `false` is kept.
///
/// The same sense as the paper's mask and the published code (1 = to be predicted).
public struct TokenMask: Equatable, Sendable {
  public let codebookCount: Int
  public let frameCount: Int
  /// `codebookCount * frameCount` flags, codebook by codebook.
  public private(set) var flags: [Bool]

  public init(codebookCount: Int, frameCount: Int, masked: Bool) {
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    flags = [Bool](repeating: masked, count: codebookCount * frameCount)
  }

  /// - Precondition: `flags.count == codebookCount * frameCount`.
  public init(codebookCount: Int, frameCount: Int, flags: [Bool]) {
    precondition(flags.count == codebookCount * frameCount, "flag count does not match the mask")
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    self.flags = flags
  }

  /// What `prompt` leaves to be imagined in `frames` (absolute frame numbers) of `codebookCount` codebooks.
  public init(keeping prompt: CompressionPrompt, codebookCount: Int, frames: Range<Int>) {
    self.init(codebookCount: codebookCount, frameCount: frames.count, masked: true)
    keep(prompt, frames: frames)
  }

  /// Keeps, in addition, what `prompt` keeps of `frames`, the absolute numbers of this mask's frames.
  public mutating func keep(_ prompt: CompressionPrompt, frames: Range<Int>) {
    precondition(frames.count == frameCount, "frame count does not match the mask")
    guard prompt.period > 0 else { return }
    let first = frames.lowerBound + (prompt.phase - frames.lowerBound % prompt.period + prompt.period) % prompt.period
    for codebook in 0..<min(prompt.codebookCount, codebookCount) {
      for frame in stride(from: first, to: frames.upperBound, by: prompt.period) {
        self[codebook, frame - frames.lowerBound] = false
      }
    }
  }

  /// Frames of `codebook` whose tokens are kept, ascending.
  public func keptFrames(ofCodebook codebook: Int) -> [Int] {
    let start = codebook * frameCount
    return (0..<frameCount).filter { !flags[start + $0] }
  }

  public subscript(codebook: Int, frame: Int) -> Bool {
    get { flags[codebook * frameCount + frame] }
    set { flags[codebook * frameCount + frame] = newValue }
  }

  /// Number of tokens to be imagined.
  public var maskedCount: Int { flags.count { $0 } }

  /// Number of tokens that are kept.
  public var keptCount: Int { flags.count - maskedCount }

  /// A copy of some codebooks and frames.
  public func slice(codebooks: Range<Int>, frames: Range<Int>) -> TokenMask {
    var result = TokenMask(codebookCount: codebooks.count, frameCount: frames.count, masked: false)
    for (row, codebook) in codebooks.enumerated() {
      for (column, frame) in frames.enumerated() {
        result[row, column] = self[codebook, frame]
      }
    }
    return result
  }

  /// This mask followed in time by `other`, which has as many codebooks.
  public func appending(_ other: TokenMask) -> TokenMask {
    precondition(codebookCount == other.codebookCount, "codebook counts differ")
    var joined: [Bool] = []
    joined.reserveCapacity(flags.count + other.flags.count)
    for codebook in 0..<codebookCount {
      joined += flags[codebook * frameCount..<(codebook + 1) * frameCount]
      joined += other.flags[codebook * other.frameCount..<(codebook + 1) * other.frameCount]
    }
    return TokenMask(codebookCount: codebookCount, frameCount: frameCount + other.frameCount, flags: joined)
  }
}
