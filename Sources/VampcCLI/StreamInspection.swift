import Bitstream

/// Inspection of an input: figures of all streams, as far as they are intact, and the first damage.
enum StreamInspection {
  /// Reads an input to its end without decoding audio. The memory needed does not depend on the number of streams.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes; an empty array at the end of the input.
  ///   - visit: Closure that is called with the figures of each stream, in the order of the input.
  /// - Returns: the first damage; nil where the input is intact.
  /// - Throws: `ReadingBudgetError`, and errors of the closures.
  static func read(
    source: @escaping () throws -> [UInt8], visit: (StreamFigures) throws -> Void
  ) throws -> StreamDamage? {
    var reader = StreamReader(policy: .lenient, source: source)
    var header: StreamHeader?
    var blocks = BlockFigures()
    var firstDamage: StreamDamage?
    func close(_ sampleCount: Int?) throws {
      guard let found = header else { return }
      header = nil
      try visit(StreamFigures(header: found, sampleCount: sampleCount, statistics: reader.statistics, blocks: blocks))
    }
    while let event = try reader.next() {
      switch event {
      case .header(let found):
        try close(nil)
        header = found
        blocks = BlockFigures()
      case .block(let block):
        if let header { blocks.add(block, header: header) }
      case .trailer(let trailer): try close(trailer.sampleCount)
      case .damage(let found): firstDamage = firstDamage ?? found
      }
    }
    try close(nil)
    return firstDamage
  }
}
