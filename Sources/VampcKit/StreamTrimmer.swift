public import Bitstream
import Tokens

/// Lowers the rate of streams by leaving out tokens; no audio is decoded.
public struct StreamTrimmer: Sendable {
  /// Codebooks to keep at most; nil leaves them as they are.
  public var codebookCount: Int?
  /// Of the frames that a stream keeps only those that this period keeps, too; nil leaves them as they are.
  public var period: Int?
  /// Longest block in seconds; nil takes what suits the rate.
  public var latencySeconds: Double?

  /// - Precondition: `codebookCount` and `period` are at least 1 where given.
  public init(codebookCount: Int? = nil, period: Int? = nil, latencySeconds: Double? = nil) {
    precondition((codebookCount ?? 1) >= 1 && (period ?? 1) >= 1, "nothing to keep")
    self.codebookCount = codebookCount
    self.period = period
    self.latencySeconds = latencySeconds
  }

  /// A stream that was trimmed.
  public struct Report: Sendable {
    public let header: StreamHeader
    public let sampleCount: Int
    public let statistics: StreamStatistics
    /// Of the stream that it was made from.
    public let originalStatistics: StreamStatistics
  }

  /// Trims all streams of an input, one after the other.
  ///
  /// Blocks are made as long as suits the new rate. Where every block has a gain, only those are joined that have the
  /// gain of the block before: elsewhere the gain runs from block to block, and what decoders hear would change.
  ///
  /// - Parameters:
  ///   - source: The next bytes; empty at the end of the input.
  ///   - frameCounts: Frames of each stream where they are known in advance: then blocks are as long as an encoder
  ///     makes those of a file. More or fewer than there are streams are no error.
  ///   - write: receives the bytes in order.
  /// - Throws: `BitstreamError` at the first fault of the input, its token hashes included;
  ///   `VampcError.periodNotMultiple`; and what the closures throw.
  public func trim(
    source: @escaping () throws -> [UInt8], frameCounts: [Int] = [], write: ([UInt8]) throws -> Void
  ) throws -> [Report] {
    var reader = StreamReader(source: source)
    var reports: [Report] = []
    var stream: TrimmedStream?
    while let event = try reader.next() {
      switch event {
      case .header(let header):
        let index = reports.count
        stream = try TrimmedStream(
          header, self, totalFrameCount: frameCounts.indices.contains(index) ? frameCounts[index] : nil)
      case .block(let block): try stream?.append(block, write)
      case .trailer(let trailer):
        guard var ended = stream else { continue }
        let statistics = try ended.finish(sampleCount: trailer.sampleCount, write)
        reports.append(
          Report(
            header: ended.header, sampleCount: trailer.sampleCount, statistics: statistics,
            originalStatistics: reader.statistics))
        stream = nil
      case .damage(let damage): throw damage.reason
      }
    }
    return reports
  }

  /// What streams would take with blocks of the usual length, gains apart: those of blocks that are joined are counted
  /// as one.
  ///
  /// - Throws: as `trim` does.
  public static func usualCost(
    source: @escaping () throws -> [UInt8], frameCounts: [Int]
  ) throws -> [StreamStatistics] {
    var reader = StreamReader(source: source)
    var costs: [StreamStatistics] = []
    var stream: TrimmedStream?
    while let event = try reader.next() {
      switch event {
      case .header(let header):
        let index = costs.count
        stream = try TrimmedStream(
          header, StreamTrimmer(), totalFrameCount: frameCounts.indices.contains(index) ? frameCounts[index] : nil)
        stream?.joinsOtherGains = true
      case .block(let block): try stream?.append(block) { _ in }
      case .trailer(let trailer):
        if var ended = stream { costs.append(try ended.finish(sampleCount: trailer.sampleCount) { _ in }) }
        stream = nil
      case .damage(let damage): throw damage.reason
      }
    }
    return costs
  }
}

/// One stream on its way to a lower rate.
private struct TrimmedStream {
  let header: StreamHeader
  /// Join blocks whatever their gains: right for counting bytes, wrong for ears.
  var joinsOtherGains = false
  private let period: Int?
  private let codebookCount: Int
  private let blockFrameCount: Int
  private var assembler: BlockAssembler?
  private var previousGain: Int?
  /// Whether the frames that wait may be joined with the next ones.
  private var joins = false

  init(_ original: StreamHeader, _ trimmer: StreamTrimmer, totalFrameCount: Int?) throws {
    let present = original.prompt
    if let asked = trimmer.period, present.period > 0, !asked.isMultiple(of: present.period) {
      throw VampcError.periodNotMultiple(asked: asked, present: present.period)
    }
    period = trimmer.period
    codebookCount = min(trimmer.codebookCount ?? original.geometry.codebookCount, original.geometry.codebookCount)
    var header = original
    header.prompt.codebookCount = min(codebookCount, present.codebookCount)
    if let period, present.period > 0 { header.prompt.period = period }
    // Where the period keeps all that can be left, masks have nothing to say.
    let periodKeepsAll = present.period == 1 || (present.period > 0 && period != nil)
    if codebookCount <= present.codebookCount, periodKeepsAll { header.hasBlockMasks = false }
    self.header = header
    blockFrameCount = BlockLength.frames(
      for: header.prompt, geometry: header.geometry, channelCount: header.codedChannelCount,
      latencySeconds: trimmer.latencySeconds, totalFrameCount: totalFrameCount, hasBlockMasks: header.hasBlockMasks)
  }

  mutating func append(_ original: StreamBlock, _ write: ([UInt8]) throws -> Void) throws {
    var block = original
    let isFirst = assembler == nil
    var assembler =
      try self.assembler
      ?? BlockAssembler(header: header, blockFrameCount: blockFrameCount, firstFrame: original.firstFrame)
    self.assembler = nil
    block.mask = trimmed(original)
    let gain = block.gainHundredthsDB
    // A gain that has been reached holds for any length; on the way to it blocks keep theirs, as does the first one,
    // whose length says how gains run.
    let isSteady = gain == nil || joinsOtherGains || (gain == previousGain && !isFirst)
    let joinsNow = isSteady && !block.isLost(from: header.prompt)
    var pieces: [[UInt8]] = []
    if joinsNow {
      if !joins { pieces += try assembler.flush() }
      assembler.steadyGainHundredthsDB = gain
      assembler.append(block)
      pieces += try assembler.completeBlocks()
    } else {
      pieces += try assembler.append(whole: block)
    }
    joins = joinsNow
    previousGain = gain
    self.assembler = assembler
    for bytes in pieces { try write(bytes) }
  }

  /// - Returns: what the whole stream takes.
  mutating func finish(sampleCount: Int, _ write: ([UInt8]) throws -> Void) throws -> StreamStatistics {
    var assembler = try self.assembler ?? BlockAssembler(header: header, blockFrameCount: blockFrameCount)
    for bytes in try assembler.finish(sampleCount: sampleCount) { try write(bytes) }
    return assembler.statistics
  }

  /// The first codebooks of what a block keeps, in the frames of the new period.
  private func trimmed(_ block: StreamBlock) -> TokenMask {
    var mask = block.mask
    // With nothing periodic in the stream, frames count from 0.
    let phase = header.prompt.phase
    for frame in 0..<mask.frameCount {
      let isKept = period.map { (block.firstFrame + frame) % $0 == phase % $0 } ?? true
      for codebook in (isKept ? codebookCount : 0)..<mask.codebookCount {
        mask.setMasked(codebook: codebook, frame: frame)
      }
    }
    return mask
  }
}
