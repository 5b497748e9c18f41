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
    for codebook in 0..<min(prompt.codebookCount, codebookCount) {
      for (column, frame) in frames.enumerated() where prompt.keepsFrame(frame) {
        self[codebook, column] = false
      }
    }
  }

  public subscript(codebook: Int, frame: Int) -> Bool {
    get { flags[codebook * frameCount + frame] }
    set { flags[codebook * frameCount + frame] = newValue }
  }

  /// Number of tokens to be imagined.
  public var maskedCount: Int { flags.count { $0 } }

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
