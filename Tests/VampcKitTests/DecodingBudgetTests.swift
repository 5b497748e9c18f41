import AudioIO
import Bitstream
import Signal
import Testing
import Tokens
import VampcKit

/// Bounds of what a stream may cost a decoder (`formats/container.md`, section 12).
@Suite struct DecodingBudgetTests {
  private func encoded(
    _ tiny: TinyModel, _ bench: Workbench, channelCount: Int = 1, sampleRateHz: Int = 44_100
  ) throws -> [UInt8] {
    let path = try bench.write(
      music(sampleCount: sampleRateHz / 4, sampleRateHz: sampleRateHz, channelCount: channelCount))
    return try bench.encode(
      path, try tiny.load(),
      EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 1)), channels: .keep))
  }

  private func decode(_ bytes: [UInt8], _ tiny: TinyModel, _ bench: Workbench, _ budget: DecodingBudget) throws {
    _ = try bench.decode(bytes, tiny.library, DecoderSettings(fill: .none, budget: budget), format: .int16)
  }

  @Test func refusesMoreChannelsRatesAndMemoryThanAllowed() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let bytes = try encoded(tiny, bench, channelCount: 3)
    try decode(bytes, tiny, bench, .standard)
    var budget = DecodingBudget.standard
    budget.channelCount = 2
    #expect(throws: DecodingBudgetError.channels(found: 3, allowed: 2)) { try decode(bytes, tiny, bench, budget) }
    budget = .standard
    budget.sampleRateHz = 44_099
    #expect(throws: DecodingBudgetError.sampleRate(found: 44_100, allowed: 44_099)) {
      try decode(bytes, tiny, bench, budget)
    }
    budget = .standard
    budget.memoryByteCount = 1 << 20
    #expect(throws: DecodingBudgetError.self) { try decode(bytes, tiny, bench, budget) }
  }

  @Test func refusesMoreSoundThanItsBytesPayFor() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    var bytes: [UInt8] = []
    let one = try encoded(tiny, bench)
    while Double(bytes.count) < 0.5 * 60 / 0.25 * Double(one.count) { bytes += one }
    var budget = DecodingBudget.standard
    budget.secondsPerByte = 1e-9
    // Thirty seconds are free, for they are less than a minute; ninety are not.
    try decode(bytes, tiny, bench, budget)
    #expect(throws: DecodingBudgetError.self) { try decode(bytes + bytes + bytes, tiny, bench, budget) }
    try decode(bytes + bytes + bytes, tiny, bench, .standard)
  }

  @Test func repairRefusesMoreLostFramesThanAllowed() throws {
    let records = try SyntheticStream(
      prompt: CompressionPrompt(codebookCount: 1, period: 12), frameCount: 3_700 * 44_100 / 768,
      blockFrameCount: 2_400
    ).records()
    let bytes = try #require(records.first) + #require(records.last)
    #expect(throws: DecodingBudgetError.self) {
      try StreamRepairer.repair(source: pieces(of: bytes)) { _ in }
    }
    var budget = DecodingBudget.standard
    budget.lostSeconds = 3_800
    let report = try StreamRepairer.repair(source: pieces(of: bytes), budget: budget) { _ in }
    #expect(report.streams.first?.lostFrames.count == 1)
  }
}
