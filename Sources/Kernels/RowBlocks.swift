/// Division of rows into ranges for the threads of a context. If there are enough rows, every thread gets a range. A
/// range has at most 128 KiB or 96 rows, whichever is more, so that its data stay in the second-level cache.
///
/// Results of the kernels do not depend on the division.
package struct RowBlocks {
  let rows: Int
  let blockRows: Int

  /// Division of `rows` rows of `channels` floats among `threadCount` threads.
  package init(rows: Int, channels: Int, threadCount: Int) {
    self.rows = rows
    // 128 KiB of floats, but at least 96 rows.
    let cached = max(96, 32_768 / channels)
    let shared = (rows + threadCount - 1) / threadCount
    // A thread's share is rounded up to whole register tiles: 12 rows for AVX-512, 6 rows for AVX2.
    blockRows = max(12, min(cached, (shared + 11) / 12 * 12))
  }

  /// Number of ranges into which the rows are divided.
  package var count: Int { (rows + blockRows - 1) / blockRows }

  /// Rows of range number `block`, counted from 0.
  package subscript(block: Int) -> Range<Int> {
    block * blockRows..<min(rows, (block + 1) * blockRows)
  }
}
