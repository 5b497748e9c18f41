/// Division of rows among threads: each range of rows fits the second-level cache, and every thread gets a range.
///
/// Results of the kernels do not depend on the division.
package struct RowBlocks {
  let rows: Int
  let blockRows: Int

  /// Division of `rows` rows of `channels` floats among `threadCount` threads.
  package init(rows: Int, channels: Int, threadCount: Int) {
    self.rows = rows
    let cached = max(96, 32_768 / channels)
    let shared = (rows + threadCount - 1) / threadCount
    // Whole register tiles of 12 (AVX-512) or 6 (AVX2) rows.
    blockRows = max(12, min(cached, (shared + 11) / 12 * 12))
  }

  /// Number of ranges.
  package var count: Int { (rows + blockRows - 1) / blockRows }

  /// Rows of one range.
  package subscript(block: Int) -> Range<Int> {
    block * blockRows..<min(rows, (block + 1) * blockRows)
  }
}
