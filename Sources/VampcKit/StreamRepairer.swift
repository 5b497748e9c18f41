public import Bitstream
import Tokens

/// Writes what is intact of damaged streams as streams without a fault.
///
/// Blocks keep their frame numbers; frames that are lost between them become blocks that keep nothing, so that time
/// stays aligned and a decoder imagines them as it does when it meets the damage itself.
public enum StreamRepairer {
  /// A stream that was written.
  public struct Repaired: Sendable {
    public let header: StreamHeader
    public let sampleCount: Int
    public let statistics: StreamStatistics
    /// Frames that are lost, by absolute number.
    public let lostFrames: [Range<Int>]
    /// Whether the length is that of the original; otherwise what is there was counted.
    public let knowsLength: Bool
  }

  public struct Report: Sendable {
    public fileprivate(set) var streams: [Repaired] = []
    /// Everything that was wrong, in the order of the input.
    public fileprivate(set) var damage: [StreamDamage] = []
  }

  /// A gap that no damage explains is not written.
  private static let longestGapSeconds = 86_400.0

  /// - Parameters:
  ///   - source: The next bytes; empty at the end of the input.
  ///   - write: receives the bytes in order.
  /// - Throws: `BitstreamError`, the first fault, where nothing is intact; and what the closures throw.
  public static func repair(
    source: @escaping () throws -> [UInt8], write: ([UInt8]) throws -> Void
  ) throws -> Report {
    var reader = StreamReader(policy: .lenient, source: source)
    var report = Report()
    var stream: RepairedStream?
    func end(_ sampleCount: Int?) throws {
      if var ended = stream { report.streams.append(try ended.finish(sampleCount: sampleCount, write)) }
      stream = nil
    }
    while let event = try reader.next() {
      switch event {
      case .header(let header):
        try end(nil)
        stream = RepairedStream(header)
      case .block(let block): try stream?.append(block, write)
      case .trailer(let trailer): try end(trailer.sampleCount)
      case .damage(let damage):
        report.damage.append(damage)
        guard let lost = damage.lostFrames, let header = stream?.header else { continue }
        if stream?.hasBegun == false {
          stream?.missingBeginning = damage
          continue
        }
        guard Double(lost.count) / header.geometry.frameRateHz <= longestGapSeconds else { throw damage.reason }
        try stream?.lose(lost, write)
      }
    }
    try end(nil)
    let isEmpty = report.streams.allSatisfy { $0.statistics.blockCount == 0 }
    if isEmpty, let first = report.damage.first { throw first.reason }
    return report
  }
}

/// One stream on its way to be whole.
private struct RepairedStream {
  let header: StreamHeader
  private var assembler: BlockAssembler?
  private var gainHundredthsDB: Int?
  private var lostFrames: [Range<Int>] = []
  /// Damage before the first block.
  var missingBeginning: StreamDamage?
  /// Frames before the first block that were never here.
  private var absentFrameCount = 0
  private var frames: Range<Int>?

  init(_ header: StreamHeader) { self.header = header }

  var hasBegun: Bool { frames != nil }

  mutating func append(_ block: StreamBlock, _ write: ([UInt8]) throws -> Void) throws {
    if let damage = missingBeginning, let lost = damage.lostFrames, !hasBegun {
      if LostBeginning.wasHere(lost, damage, block, header) {
        // Gains run over the length of the first block.
        gainHundredthsDB = block.gainHundredthsDB
        try lose(lost, blockFrameCount: block.frameCount, write)
      } else {
        absentFrameCount = lost.count
      }
    }
    frames = (frames?.lowerBound ?? block.firstFrame)..<block.frames.upperBound
    gainHundredthsDB = block.gainHundredthsDB
    try pass(on: block, write)
  }

  mutating func lose(
    _ lost: Range<Int>, blockFrameCount: Int? = nil, _ write: ([UInt8]) throws -> Void
  ) throws {
    lostFrames.append(lost)
    let length = blockFrameCount ?? header.blockFrameLimit
    for start in stride(from: lost.lowerBound, to: lost.upperBound, by: length) {
      let count = min(length, lost.upperBound - start)
      let codebookCount = header.geometry.codebookCount
      let nothing = TokenGrid(codebookCount: codebookCount, frameCount: count)
      let block = StreamBlock(
        firstFrame: start, gainHundredthsDB: gainHundredthsDB,
        mask: TokenMask(codebookCount: codebookCount, frameCount: count, isKept: false),
        grids: (0..<header.codedChannelCount).map { _ in nothing })
      try pass(on: block, write)
    }
    frames = (frames?.lowerBound ?? lost.lowerBound)..<lost.upperBound
  }

  mutating func finish(
    sampleCount: Int?, _ write: ([UInt8]) throws -> Void
  ) throws -> StreamRepairer.Repaired {
    var assembler = try self.assembler ?? BlockAssembler(header: header, blockFrameCount: 1)
    let present = sampleCountOfFrames(frames?.count ?? 0)
    let rest = sampleCount.map { $0 - sampleCountOfFrames(absentFrameCount) }
    // A stream that did not begin at frame 0 counts its samples from elsewhere.
    let count = rest.map { $0 > 0 || present == 0 ? max(0, $0) : present } ?? present
    for bytes in try assembler.finish(sampleCount: count) { try write(bytes) }
    return StreamRepairer.Repaired(
      header: header, sampleCount: count, statistics: assembler.statistics, lostFrames: lostFrames,
      knowsLength: sampleCount != nil)
  }

  private mutating func pass(on block: StreamBlock, _ write: ([UInt8]) throws -> Void) throws {
    var assembler =
      try self.assembler ?? BlockAssembler(header: header, blockFrameCount: 1, firstFrame: block.firstFrame)
    let pieces = try assembler.append(whole: block)
    self.assembler = assembler
    for bytes in pieces { try write(bytes) }
  }

  /// Samples at the source's rate, rounded down, bounded by what a stream can say.
  private func sampleCountOfFrames(_ count: Int) -> Int {
    let seconds = Double(count) / header.geometry.frameRateHz
    return Int(min(seconds * Double(header.sourceSampleRateHz), Double(StreamLimits.sampleCount)))
  }
}
