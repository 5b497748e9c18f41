public import Bitstream
import Tokens

/// Trimmer of streams, which lowers their rate by masking tokens. No audio is decoded.
public struct StreamTrimmer: Sendable {
  /// Largest number of codebooks to keep, coarse first; nil keeps all codebooks that the stream keeps.
  public var codebookCount: Int?
  /// New period in frames, a multiple of the stream's period; all frames off this period are masked. Nil masks no
  /// frame.
  public var period: Int?
  /// Longest block in seconds; nil takes the usual length for the rate.
  public var latencySeconds: Double?

  /// Trimmer with the given limits.
  ///
  /// - Precondition: `codebookCount` and `period` are nil or at least 1.
  public init(codebookCount: Int? = nil, period: Int? = nil, latencySeconds: Double? = nil) {
    precondition((codebookCount ?? 1) >= 1 && (period ?? 1) >= 1, "nothing to keep")
    self.codebookCount = codebookCount
    self.period = period
    self.latencySeconds = latencySeconds
  }

  /// Result of trimming one stream, with its size before and afterwards.
  public struct Report: Sendable {
    /// Header of the trimmed stream.
    public let header: StreamHeader
    /// Number of samples per channel of the recording, at the source's rate.
    public let sampleCount: Int
    /// Numbers of bytes, frames and tokens of the trimmed stream.
    public let statistics: StreamStatistics
    /// Numbers of bytes, frames and tokens of the original stream.
    public let originalStatistics: StreamStatistics
  }

  /// Trims all streams of an input, one after the other.
  ///
  /// Blocks get the usual length for the new rate, or the length that ``latencySeconds`` allows. In a stream with a
  /// gain per block, a block is joined with the block before only if both have the same gain. A joined block with two
  /// gains would change the decoded sound. The first block of such a stream, and in every stream a block whose tokens
  /// are all lost, keeps its length.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes; an empty array at the end of the input.
  ///   - frameCounts: Number of frames of each stream in the order of the input, if known in advance; blocks then have
  ///     the length that an encoder chooses for a file of this length. The array may have more or fewer elements than
  ///     the input has streams.
  ///   - write: Closure that is called with the bytes of the trimmed streams, in order.
  ///   - visit: Closure that is called with the result for each stream, in order.
  /// - Throws: `BitstreamError` at the first fault of the input, a wrong token hash included; `ReadingBudgetError`;
  ///   `VampcError.periodNotMultiple`; and errors of the closures.
  public func trim(
    source: @escaping () throws -> [UInt8], frameCounts: [Int] = [], write: ([UInt8]) throws -> Void,
    visit: (Report) throws -> Void = { _ in }
  ) throws {
    var reader = StreamReader(source: source)
    var index = 0
    var stream: TrimmedStream?
    while let event = try reader.next() {
      switch event {
      case .header(let header):
        stream = try TrimmedStream(
          header, self, totalFrameCount: frameCounts.indices.contains(index) ? frameCounts[index] : nil)
      case .block(let block): try stream?.append(block, write)
      case .trailer(let trailer):
        guard var ended = stream else { continue }
        let statistics = try ended.finish(sampleCount: trailer.sampleCount, write)
        try visit(
          Report(
            header: ended.header, sampleCount: trailer.sampleCount, statistics: statistics,
            originalStatistics: reader.statistics))
        index += 1
        stream = nil
      case .damage(let damage): throw damage.reason
      }
    }
  }

  /// Statistics that the streams of an input would have with blocks of the usual length, in order. Blocks with
  /// different gains are joined, too.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes; an empty array at the end of the input.
  ///   - frameCounts: Number of frames of each stream, in the order of the input.
  /// - Throws: `BitstreamError` at the first fault of the input, a wrong token hash included; `ReadingBudgetError`;
  ///   errors of `source`.
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

/// Stream that is being trimmed: its new header, and the frames that wait for a block.
private struct TrimmedStream {
  let header: StreamHeader
  /// Whether blocks with different gains are joined, too: correct for counting bytes, but not for decoding.
  var joinsOtherGains = false
  private let period: Int?
  private let codebookCount: Int
  private let blockFrameCount: Int
  private var assembler: BlockAssembler?
  private var previousGain: Gain?
  /// Whether the waiting frames may be joined with the next block.
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
    // Block masks are redundant where the period alone determines the kept tokens.
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
    let gain = block.gain
    // A constant gain holds for any length. Blocks with a changing gain keep their length, and so does the first block,
    // whose length is the length over which gains change.
    let isSteady = gain == nil || joinsOtherGains || (gain == previousGain && !isFirst)
    let joinsNow = isSteady && !block.isLost(from: header.prompt)
    var parts: [[UInt8]] = []
    if joinsNow {
      if !joins { parts += try assembler.flush() }
      assembler.steadyGain = gain
      assembler.append(block)
      parts += try assembler.completeBlocks()
    } else {
      parts += try assembler.append(whole: block)
    }
    joins = joinsNow
    previousGain = gain
    self.assembler = assembler
    for bytes in parts { try write(bytes) }
  }

  /// Writes the rest of the stream.
  ///
  /// - Returns: numbers of bytes, frames and tokens of the whole stream.
  mutating func finish(sampleCount: Int, _ write: ([UInt8]) throws -> Void) throws -> StreamStatistics {
    var assembler = try self.assembler ?? BlockAssembler(header: header, blockFrameCount: blockFrameCount)
    for bytes in try assembler.finish(sampleCount: sampleCount) { try write(bytes) }
    return assembler.statistics
  }

  /// Keep mask of a block after trimming.
  private func trimmed(_ block: StreamBlock) -> TokenMask {
    var mask = block.mask
    // A stream without a period has phase 0.
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
