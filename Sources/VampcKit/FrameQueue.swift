import Tokens

/// Frames on their way into blocks: the tokens of every channel and what is kept of them, piece after piece.
///
/// Channels and masks may run ahead of each other; frames count as waiting when all are there.
struct FrameQueue {
  private var grids: [Lane<TokenGrid>]
  private var masks = Lane<TokenMask>()

  init(channelCount: Int) { grids = Array(repeating: Lane(), count: channelCount) }

  /// Frames of which all tokens are there, whether or not it is known what is kept of them.
  var tokenFrameCount: Int { grids.map(\.frameCount).min() ?? 0 }

  /// Frames of which everything is there.
  var frameCount: Int { min(tokenFrameCount, masks.frameCount) }

  /// Frames of which it is known what is kept.
  var maskFrameCount: Int { masks.frameCount }

  mutating func append(_ grid: TokenGrid, channel: Int) { grids[channel].append(grid) }

  mutating func append(_ mask: TokenMask) { masks.append(mask) }

  /// Removes the first frames.
  ///
  /// - Precondition: `count` is in `1...frameCount`.
  mutating func take(_ count: Int) -> (mask: TokenMask, grids: [TokenGrid]) {
    (masks.take(count), grids.indices.map { grids[$0].take(count) })
  }

  /// The first number of frames, up to `limit`, of which `isFull` is true; nil where there is none.
  ///
  /// - Parameter isFull: is given the kept tokens of all channels and the frames that hold them.
  func fullFrameCount(upTo limit: Int, isFull: (_ tokenCount: Int, _ frameCount: Int) -> Bool) -> Int? {
    var (tokenCount, frameCount) = (0, 0)
    for mask in masks.pieces {
      for frame in 0..<mask.frameCount {
        guard frameCount < limit else { return nil }
        for codebook in 0..<mask.codebookCount where mask.isKept(codebook: codebook, frame: frame) {
          tokenCount += grids.count
        }
        frameCount += 1
        if isFull(tokenCount, frameCount) { return frameCount }
      }
    }
    return nil
  }
}

/// Something with frames in time that can be cut and joined.
private protocol FrameSequence {
  var codebookCount: Int { get }
  var frameCount: Int { get }
  func slice(codebooks: Range<Int>, frames: Range<Int>) -> Self
  func appending(_ other: Self) -> Self
}

extension TokenGrid: FrameSequence {}
extension TokenMask: FrameSequence {}

/// Pieces one after the other.
private struct Lane<Piece: FrameSequence> {
  private(set) var pieces: [Piece] = []
  private(set) var frameCount = 0

  mutating func append(_ piece: Piece) {
    guard piece.frameCount > 0 else { return }
    pieces.append(piece)
    frameCount += piece.frameCount
  }

  mutating func take(_ count: Int) -> Piece {
    precondition((1...frameCount).contains(count), "more frames taken than there are")
    frameCount -= count
    var missing = count
    var pieceCount = 0
    var taken: [Piece] = []
    while missing > 0 {
      let piece = pieces[pieceCount]
      guard piece.frameCount > missing else {
        taken.append(piece)
        missing -= piece.frameCount
        pieceCount += 1
        continue
      }
      let codebooks = 0..<piece.codebookCount
      taken.append(piece.slice(codebooks: codebooks, frames: 0..<missing))
      pieces[pieceCount] = piece.slice(codebooks: codebooks, frames: missing..<piece.frameCount)
      missing = 0
    }
    pieces.removeFirst(pieceCount)
    return taken.dropFirst().reduce(taken[0]) { $0.appending($1) }
  }
}
