public import Bitstream
import Tokens

/// Repairer of damaged streams, which writes their intact blocks as streams without a fault.
///
/// Blocks keep their frame numbers. Lost frames become blocks that keep no tokens, so that time stays aligned. A
/// decoder generates these frames, as for the damaged stream.
public enum StreamRepairer {
  /// Description of a stream that was written.
  public struct Repaired: Sendable {
    /// Header of the stream.
    public let header: StreamHeader
    /// Number of samples per channel that the written stream states, at the source's rate.
    public let sampleCount: Int
    /// Numbers of bytes, frames and tokens of the written stream.
    public let statistics: StreamStatistics
    /// Runs of lost frames, by absolute frame number, in order.
    public let lostFrames: [Range<Int>]
    /// Whether the trailer of the original was found. If true, ``sampleCount`` follows from the trailer, unless the
    /// stream is an excerpt whose trailer counts fewer samples than its absent frames have. Otherwise ``sampleCount``
    /// follows from the received frames.
    public let knowsLength: Bool
  }

  /// Result of a repair: the streams that were written, and all damage that was found.
  public struct Report: Sendable {
    /// Streams that were written, in order.
    public fileprivate(set) var streams: [Repaired] = []
    /// All damage, in the order of the input.
    public fileprivate(set) var damage: [StreamDamage] = []
  }

  /// Repairs all streams of an input, one after the other.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes; an empty array at the end of the input.
  ///   - budget: Budget of which only the largest duration of lost frames counts.
  ///   - write: Closure that is called with the bytes of the repaired streams, in order.
  /// - Returns: Streams that were written, and all damage that was found.
  /// - Throws: `BitstreamError`, the first fault, where no block is intact; ``DecodingBudgetError`` where more seconds
  ///   are lost than the budget allows; `ReadingBudgetError`; and errors of the closures.
  public static func repair(
    source: @escaping () throws -> [UInt8], budget: DecodingBudget = .standard, write: ([UInt8]) throws -> Void
  ) throws -> Report {
    var meter = DecodingMeter(budget: budget)
    var reader = StreamReader(policy: .lenient, source: source)
    var interpreter = StreamInterpreter()
    var report = Report()
    var stream: RepairedStream?
    func perform(_ step: StreamStep) throws {
      switch step {
      case .header(let header): stream = RepairedStream(header)
      case .start(_, let absentFrameCount): stream?.absentFrameCount = absentFrameCount ?? 0
      case .block(let block): try stream?.append(block, write)
      case .lost(let frames, _, let next):
        if let header = stream?.header { try meter.addLost(frames, of: header) }
        try stream?.lose(frames, next: next, write)
      case .damage: break
      case .end(let sampleCount):
        if var ended = stream { report.streams.append(try ended.finish(sampleCount: sampleCount, write)) }
        stream = nil
      }
    }
    while let event = try reader.next() {
      if case .damage(let damage) = event { report.damage.append(damage) }
      for step in interpreter.steps(for: event) { try perform(step) }
    }
    for step in interpreter.end(sampleCount: nil) { try perform(step) }
    let isEmpty = report.streams.allSatisfy { $0.statistics.blockCount == 0 }
    if isEmpty, let first = report.damage.first { throw first.reason }
    return report
  }
}

/// Stream that is being repaired: its blocks are collected and written.
private struct RepairedStream {
  let header: StreamHeader
  /// Number of frames before the first block that were never in the input.
  var absentFrameCount = 0
  private var assembler: BlockAssembler?
  private var gain: Gain?
  private var lostFrames: [Range<Int>] = []
  /// Absolute numbers of the frames so far, received or lost, from the first on; nil before the first of these frames.
  private var frames: Range<Int>?

  init(_ header: StreamHeader) { self.header = header }

  mutating func append(_ block: StreamBlock, _ write: ([UInt8]) throws -> Void) throws {
    frames = (frames?.lowerBound ?? block.firstFrame)..<block.frames.upperBound
    gain = block.gain
    try assemble(block, write)
  }

  /// Writes blocks that keep no tokens in place of lost frames, which are given by their absolute numbers.
  ///
  /// - Parameters:
  ///   - lost: Absolute numbers of the lost frames.
  ///   - next: Block behind the lost frames where the stream begins with the lost frames; otherwise nil.
  ///   - write: Closure that is called with the bytes of complete blocks.
  mutating func lose(
    _ lost: Range<Int>, next: StreamBlock?, _ write: ([UInt8]) throws -> Void
  ) throws {
    lostFrames.append(lost)
    // Gains change over the length of the stream's first block. Blocks in place of a lost beginning therefore get the
    // length of the next intact block.
    if let next { gain = next.gain }
    let length = next?.frameCount ?? header.blockFrameLimit
    let codebookCount = header.geometry.codebookCount
    for start in stride(from: lost.lowerBound, to: lost.upperBound, by: length) {
      let count = min(length, lost.upperBound - start)
      let nothing = TokenGrid(codebookCount: codebookCount, frameCount: count)
      let block = StreamBlock(
        firstFrame: start, gain: gain,
        mask: TokenMask(codebookCount: codebookCount, frameCount: count, isKept: false),
        grids: (0..<header.codedChannelCount).map { _ in nothing })
      try assemble(block, write)
    }
    frames = (frames?.lowerBound ?? lost.lowerBound)..<lost.upperBound
  }

  mutating func finish(
    sampleCount: Int?, _ write: ([UInt8]) throws -> Void
  ) throws -> StreamRepairer.Repaired {
    var assembler = try self.assembler ?? BlockAssembler(header: header, blockFrameCount: 1)
    let present = sampleCountOfFrames(frames?.count ?? 0)
    let rest = sampleCount.map { $0 - sampleCountOfFrames(absentFrameCount) }
    // An excerpt begins behind frame 0 and states its own length, so the difference may be 0 or less.
    let count = rest.map { $0 > 0 || present == 0 ? max(0, $0) : present } ?? present
    for bytes in try assembler.finish(sampleCount: count) { try write(bytes) }
    return StreamRepairer.Repaired(
      header: header, sampleCount: count, statistics: assembler.statistics, lostFrames: lostFrames,
      knowsLength: sampleCount != nil)
  }

  private mutating func assemble(_ block: StreamBlock, _ write: ([UInt8]) throws -> Void) throws {
    var assembler =
      try self.assembler ?? BlockAssembler(header: header, blockFrameCount: 1, firstFrame: block.firstFrame)
    let complete = try assembler.append(whole: block)
    self.assembler = assembler
    for bytes in complete { try write(bytes) }
  }

  /// Number of samples of `count` frames at the source's rate, rounded down, at most the number that a stream can
  /// state.
  private func sampleCountOfFrames(_ count: Int) -> Int {
    let seconds = Double(count) / header.geometry.frameRateHz
    return Int(min(seconds * Double(header.sourceSampleRateHz), Double(StreamLimits.sampleCount)))
  }
}
