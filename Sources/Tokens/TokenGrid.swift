/// Tokens of one channel, `[codebook, frame]`, stored codebook by codebook.
public struct TokenGrid: Equatable, Sendable {
  /// Number of codebooks.
  public let codebookCount: Int
  /// Number of frames.
  public let frameCount: Int
  /// All `codebookCount * frameCount` tokens; codebook `c` occupies `c * frameCount ..< (c + 1) * frameCount`.
  public private(set) var tokens: [UInt16]

  /// Grid of zeros.
  public init(codebookCount: Int, frameCount: Int) {
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    tokens = [UInt16](repeating: 0, count: codebookCount * frameCount)
  }

  /// Grid of the given tokens, codebook by codebook.
  ///
  /// - Precondition: `tokens.count == codebookCount * frameCount`.
  public init(codebookCount: Int, frameCount: Int, tokens: [UInt16]) {
    precondition(tokens.count == codebookCount * frameCount, "token count does not match the grid")
    self.codebookCount = codebookCount
    self.frameCount = frameCount
    self.tokens = tokens
  }

  /// Token of one codebook at one frame.
  public subscript(codebook: Int, frame: Int) -> UInt16 {
    get { tokens[codebook * frameCount + frame] }
    set { tokens[codebook * frameCount + frame] = newValue }
  }

  /// Tokens of one codebook, frame by frame.
  public subscript(codebook codebook: Int) -> ArraySlice<UInt16> {
    tokens[codebook * frameCount..<(codebook + 1) * frameCount]
  }

  /// Copies the tokens of some codebooks and frames into a grid of their own.
  public func slice(codebooks: Range<Int>, frames: Range<Int>) -> TokenGrid {
    var result = TokenGrid(codebookCount: codebooks.count, frameCount: frames.count)
    for (row, codebook) in codebooks.enumerated() {
      let source = codebook * frameCount + frames.lowerBound
      let target = row * frames.count
      result.tokens.replaceSubrange(
        target..<target + frames.count, with: tokens[source..<source + frames.count])
    }
    return result
  }

  /// Grid of the frames of this grid, followed by the frames of `other`.
  ///
  /// - Precondition: both grids have the same number of codebooks.
  public func appending(_ other: TokenGrid) -> TokenGrid { TokenGrid(joining: [self, other]) }

  /// Grid of the frames of all `grids`, one grid after the other in time.
  ///
  /// - Precondition: `grids` is not empty, and all grids have the same number of codebooks.
  public init(joining grids: [TokenGrid]) {
    let codebookCount = grids[0].codebookCount
    precondition(grids.allSatisfy { $0.codebookCount == codebookCount }, "codebook counts differ")
    var joined: [UInt16] = []
    joined.reserveCapacity(grids.reduce(0) { $0 + $1.tokens.count })
    for codebook in 0..<codebookCount { for grid in grids { joined += grid[codebook: codebook] } }
    self.init(
      codebookCount: codebookCount, frameCount: grids.reduce(0) { $0 + $1.frameCount }, tokens: joined)
  }
}
