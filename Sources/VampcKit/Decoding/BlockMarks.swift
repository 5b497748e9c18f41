/// Positions of a stream's blocks, at most 32 768: the positions of all blocks of a short stream, or of every 2nd, 4th,
/// 8th … block of a longer stream.
struct BlockMarks {
  /// Position of one block.
  struct Mark {
    /// Byte offset in the input of the block's record, or of the silence record in front of the block's record.
    let byteOffset: Int
    /// Absolute number of the block's first frame.
    let firstFrame: Int
  }

  private var marks: [Mark] = []
  private var spacing = 1
  private var blockCount = 0
  private var lastFirstFrame = 0

  private static let largestCount = 32_768

  /// Counts the next block, and records its position if the block is the first of ``spacing`` blocks.
  mutating func append(byteOffset: Int, firstFrame: Int) {
    lastFirstFrame = firstFrame
    if blockCount % spacing == 0 { marks.append(Mark(byteOffset: byteOffset, firstFrame: firstFrame)) }
    blockCount += 1
    guard marks.count > Self.largestCount else { return }
    marks = stride(from: 0, to: marks.count, by: 2).map { marks[$0] }
    spacing *= 2
  }

  /// Positions of recorded blocks that certainly end at absolute frame `frame` or before, in order. The last recorded
  /// block in front of `frame` is left out, because its end may be unknown.
  func endingBy(frame: Int) -> ArraySlice<Mark> {
    guard lastFirstFrame > frame else {
      // The end of the last block is not known, so this block may reach beyond `frame`.
      return marks.dropLast()
    }
    let next = marks.firstIndex { $0.firstFrame > frame } ?? marks.count
    return marks[..<max(0, next - 1)]
  }
}
