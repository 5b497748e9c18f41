import Bitstream
import Testing
import Tokens

/// Bounds of the work that an input causes (`formats/container.md`, section 12).
@Suite struct ReadingBudgetTests {
  /// Stream of blocks that keep nothing but one token each, 74 898 frames in some 20 bytes.
  private static func sparse(blockCount: Int) throws -> [UInt8] {
    let frameCount = (1 << 20) / 14
    let header = SampleStream.header(period: 65_535)
    let blocks = (0..<blockCount).map { index in
      let frames = index * frameCount..<(index + 1) * frameCount
      return StreamBlock(
        firstFrame: frames.lowerBound, mask: TokenMask(keeping: header.prompt, codebookCount: 14, frames: frames),
        grids: [TokenGrid(codebookCount: 14, frameCount: frameCount)])
    }
    return try SampleStream(header: header, blocks: blocks, sampleCount: 1).encoded()
  }

  private func read(_ bytes: [UInt8], _ policy: DamagePolicy, _ budget: ReadingBudget = .standard) throws -> Int {
    var rest: [UInt8]? = bytes
    var reader = StreamReader(policy: policy, budget: budget) {
      defer { rest = nil }
      return rest ?? []
    }
    var blockCount = 0
    while let event = try reader.next() { if case .block = event { blockCount += 1 } }
    return blockCount
  }

  @Test(arguments: [DamagePolicy.strict, .lenient])
  func refusesMoreTokensThanRealStreamsHave(policy: DamagePolicy) throws {
    // 16 blocks of 2^20 tokens are free; each further block would need 256 bytes.
    #expect(try read(try Self.sparse(blockCount: 16), policy) == 16)
    let bytes = try Self.sparse(blockCount: 24)
    let error = try #require(throws: ReadingBudgetError.self) { try read(bytes, policy) }
    guard case .tooManyTokens(let count, let byteCount, let allowed) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(count > ReadingBudget.freeTokenCount + allowed * byteCount)
    #expect(byteCount <= bytes.count)
    #expect(try read(bytes, policy, .unlimited) == 24)
  }

  @Test(arguments: [DamagePolicy.strict, .lenient])
  func refusesMoreKeptTokensThanRealStreamsHave(policy: DamagePolicy) throws {
    let frameCount = (1 << 20) / 14
    let header = SampleStream.header(codebooks: 14)
    let blocks = (0..<4).map { index in
      StreamBlock(
        firstFrame: index * frameCount, mask: TokenMask(codebookCount: 14, frameCount: frameCount, isKept: true),
        grids: [TokenGrid(codebookCount: 14, frameCount: frameCount)])
    }
    let bytes = try SampleStream(header: header, blocks: blocks, sampleCount: 1).encoded()
    let error = try #require(throws: ReadingBudgetError.self) { try read(bytes, policy) }
    guard case .tooManyKeptTokens = error else {
      Issue.record("\(error)")
      return
    }
    #expect(try read(bytes, policy, .unlimited) == 4)
  }

  @Test func aReaderThatHasRefusedKeepsRefusing() throws {
    var decoder = StreamDecoder(policy: .lenient)
    decoder.push(try Self.sparse(blockCount: 24))
    decoder.finish()
    #expect(throws: ReadingBudgetError.self) { while try decoder.next() != nil {} }
    #expect(throws: ReadingBudgetError.self) { try decoder.next() }
  }
}
