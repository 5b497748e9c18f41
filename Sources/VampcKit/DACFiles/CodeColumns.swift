import Tokens

/// Collector of the codes of one channel: frames are appended, and each codebook has a column of its own.
struct CodeColumns {
  private var columns: [[UInt16]]

  init(codebookCount: Int) { columns = [[UInt16]](repeating: [], count: codebookCount) }

  var frameCount: Int { columns[0].count }

  var grid: TokenGrid {
    TokenGrid(codebookCount: columns.count, frameCount: frameCount, tokens: columns.flatMap { $0 })
  }

  /// Appends the frames of `grid`, without the codebooks that this object does not collect.
  mutating func append(_ grid: TokenGrid) {
    for codebook in columns.indices { columns[codebook] += grid[codebook: codebook] }
  }
}
