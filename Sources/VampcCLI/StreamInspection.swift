import Bitstream

/// Figures of the intact parts of all streams of an input, and the damage.
struct StreamInspection {
  private(set) var streams: [StreamFigures] = []
  private(set) var damage: [StreamDamage] = []

  /// Reads the input to its end, without decoding audio.
  ///
  /// - Throws: Whatever the source throws.
  init(source: @escaping () throws -> [UInt8]) throws {
    var reader = StreamReader(policy: .lenient, source: source)
    var header: StreamHeader?
    var blocks = BlockFigures()
    func close(_ sampleCount: Int?) {
      guard let found = header else { return }
      streams.append(
        StreamFigures(header: found, sampleCount: sampleCount, statistics: reader.statistics, blocks: blocks))
      header = nil
    }
    while let event = try reader.next() {
      switch event {
      case .header(let found):
        close(nil)
        header = found
        blocks = BlockFigures()
      case .block(let block):
        if let header { blocks.add(block, header: header) }
      case .trailer(let trailer): close(trailer.sampleCount)
      case .damage(let found): damage.append(found)
      }
    }
    close(nil)
  }
}
