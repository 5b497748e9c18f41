import Bitstream
import TestSupport
import Tokens

/// Input of a stream encoder.
struct SampleStream: Equatable {
  var header: StreamHeader
  var blocks: [StreamBlock]
  var sampleCount: Int
  /// Whether the last block's record carries the trailer.
  var foldsTrailer = true
  /// Whether the header is written before the first block.
  var startsAtOnce = false

  static let codecHash = ModelHash.codec(sha256: (0..<32).map { UInt8(0xC0 + $0) })
  static let generatorHash = ModelHash.generator(sha256: (0..<32).map { UInt8(0x60 + $0) })
  static let defaultGeometry = TokenGeometry(
    sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024)

  static func header(
    geometry: TokenGeometry = defaultGeometry, codebooks: Int = 1, period: Int = 1, phase: Int = 0, channels: Int = 1,
    rateHz: Int = 44_100, gain: StreamGain = .whole(Gain(hundredthsDB: -350)), sampler: SamplerChoice = .modelDefault(),
    tags: [StreamTag] = [], hasBlockMasks: Bool = false
  ) -> StreamHeader {
    StreamHeader(
      codecHash: codecHash, generatorHash: generatorHash, geometry: geometry,
      prompt: CompressionPrompt(codebookCount: codebooks, period: period, phase: phase), codedChannelCount: channels,
      sourceSampleRateHz: rateHz, sourceChannelCount: max(2, channels), gain: gain, sampler: sampler, tags: tags,
      hasBlockMasks: hasBlockMasks)
  }

  /// Returns a stream of uniformly random tokens in blocks of `blockFrames` frames.
  ///
  /// - Parameters:
  ///   - entryCount: Number of token values that occur; `nil` for all.
  ///   - keepingAlso: Closure that keeps further tokens of a block, given its mask and its frames in the recording.
  static func random(
    _ header: StreamHeader, frameCount: Int, blockFrames: Int, entryCount: Int? = nil, firstFrame: Int = 0,
    keepingAlso: (inout TokenMask, Range<Int>) -> Void = { _, _ in }, using random: inout SeededGenerator
  ) -> SampleStream {
    var blocks: [StreamBlock] = []
    for start in stride(from: 0, to: frameCount, by: blockFrames) {
      let count = min(blockFrames, frameCount - start)
      let frames = firstFrame + start..<firstFrame + start + count
      let codebookCount = header.geometry.codebookCount
      var mask = TokenMask(keeping: header.prompt, codebookCount: codebookCount, frames: frames)
      keepingAlso(&mask, frames)
      let limit = UInt32(entryCount ?? header.geometry.codebookSize)
      let grids = (0..<header.codedChannelCount).map { _ in
        var grid = TokenGrid(codebookCount: codebookCount, frameCount: count)
        for codebook in 0..<codebookCount {
          for frame in mask.keptFrames(ofCodebook: codebook) {
            grid[codebook, frame] = UInt16(UInt32.random(in: 0..<limit, using: &random))
          }
        }
        return grid
      }
      let gain = header.gain == .perBlock ? Gain(hundredthsDB: .random(in: -4_000...4_000, using: &random)) : nil
      blocks.append(
        StreamBlock(firstFrame: frames.lowerBound, gain: gain, mask: mask, grids: grids))
    }
    let samples = frameCount * header.geometry.hopLength * header.sourceSampleRateHz / header.geometry.sampleRateHz
    return SampleStream(header: header, blocks: blocks, sampleCount: samples)
  }

  /// Returns the bytes of each record of the stream.
  func encodedRecords() throws -> (records: [[UInt8]], statistics: StreamStatistics) {
    var encoder = try StreamEncoder(header: header)
    var records: [[UInt8]] = []
    if startsAtOnce { records.append(encoder.start()) }
    for (index, block) in blocks.enumerated() {
      let isLast = index == blocks.count - 1
      records.append(try encoder.encode(block, endingAt: foldsTrailer && isLast ? sampleCount : nil))
    }
    if !encoder.hasEnded { records.append(try encoder.finish(sampleCount: sampleCount)) }
    return (records, encoder.statistics)
  }

  func encoded() throws -> [UInt8] { try encodedRecords().records.flatMap { $0 } }
}

/// Returns all events of `bytes`.
func events(of bytes: [UInt8], policy: DamagePolicy = .strict) throws -> [StreamEvent] {
  var reader = StreamReader(bytes, policy: policy)
  var events: [StreamEvent] = []
  while let event = try reader.next() { events.append(event) }
  return events
}

extension [StreamEvent] {
  var headers: [StreamHeader] { compactMap { if case .header(let header) = $0 { header } else { nil } } }
  var blocks: [StreamBlock] { compactMap { if case .block(let block) = $0 { block } else { nil } } }
  var trailers: [StreamTrailer] { compactMap { if case .trailer(let trailer) = $0 { trailer } else { nil } } }
  var damages: [StreamDamage] { compactMap { if case .damage(let damage) = $0 { damage } else { nil } } }
}

extension StreamBlock {
  /// Returns a block of the same frames that keeps nothing.
  func losingAll() -> StreamBlock {
    let grid = TokenGrid(codebookCount: mask.codebookCount, frameCount: frameCount)
    return StreamBlock(
      firstFrame: firstFrame, gain: gain,
      mask: TokenMask(codebookCount: mask.codebookCount, frameCount: frameCount, isKept: false),
      grids: grids.map { _ in grid })
  }

  /// Creates a block of one channel of `SampleStream.defaultGeometry`; `tokens` are those that `prompt` keeps, codebook
  /// by codebook.
  init(
    keeping prompt: CompressionPrompt, firstFrame: Int, frameCount: Int, gain: Gain? = nil, tokens: [UInt16]
  ) {
    let codebookCount = SampleStream.defaultGeometry.codebookCount
    let mask = TokenMask(
      keeping: prompt, codebookCount: codebookCount, frames: firstFrame..<firstFrame + frameCount)
    var grid = TokenGrid(codebookCount: codebookCount, frameCount: frameCount)
    var next = 0
    for codebook in 0..<codebookCount {
      for frame in mask.keptFrames(ofCodebook: codebook) {
        grid[codebook, frame] = tokens[next]
        next += 1
      }
    }
    self.init(firstFrame: firstFrame, gain: gain, mask: mask, grids: [grid])
  }
}
