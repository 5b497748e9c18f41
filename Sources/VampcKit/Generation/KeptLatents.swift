import DAC
import Kernels
import Tokens

/// Computation of latents from the kept tokens alone: in each frame, from the codebooks in front of the first masked
/// codebook.
struct KeptLatents {
  let codec: Codec
  let context: ComputeContext

  /// Latents of each frame of `tokens`, in order; nil where the first codebook is masked.
  func rows(of tokens: TokenGrid, _ mask: TokenMask) -> [[Float]?] {
    var rows = [[Float]?](repeating: nil, count: tokens.frameCount)
    for (depth, columns) in Dictionary(grouping: rows.indices, by: { mask.depth(ofFrame: $0) }) where depth > 0 {
      var grid = TokenGrid(codebookCount: depth, frameCount: columns.count)
      for codebook in 0..<depth {
        for (index, column) in columns.enumerated() { grid[codebook, index] = tokens[codebook, column] }
      }
      let decoded = codec.quantiser.decode(grid, context: context)
      for (index, column) in columns.enumerated() { rows[column] = decoded.row(index) }
    }
    return rows
  }
}

extension TokenMask {
  /// Number of codebooks in front of the first masked codebook of `frame`.
  fileprivate func depth(ofFrame frame: Int) -> Int {
    (0..<codebookCount).first { !isKept(codebook: $0, frame: frame) } ?? codebookCount
  }
}
