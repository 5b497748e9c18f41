import Bitstream
import Foundation
import Testing
import Tokens

/// Streams of a few bytes that ask for gigabytes or days, through the binary.
@Suite struct BudgetTests {
  private static func header(channelCount: Int = 1, rateHz: Int = 44_100) -> StreamHeader {
    StreamHeader(
      codecHash: .codec(sha256: (0..<32).map { UInt8($0) }), generatorHash: nil,
      geometry: TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024),
      prompt: CompressionPrompt(codebookCount: 1), codedChannelCount: channelCount, sourceSampleRateHz: rateHz,
      sourceChannelCount: channelCount, gain: .whole(Gain(hundredthsDB: 0)), sampler: .modelDefault(), tags: [],
      hasBlockMasks: false)
  }

  private static func empty(_ header: StreamHeader) throws -> [UInt8] {
    var encoder = try StreamEncoder(header: header)
    return try encoder.finish(sampleCount: 0)
  }

  /// Stream of four frames.
  private static func short() throws -> [UInt8] {
    let header = header()
    var encoder = try StreamEncoder(header: header)
    let block = StreamBlock(
      firstFrame: 0, mask: TokenMask(keeping: header.prompt, codebookCount: 14, frames: 0..<4),
      grids: [TokenGrid(codebookCount: 14, frameCount: 4)])
    return try encoder.encode(block, endingAt: 3_072)
  }

  @Test func decodeNamesTheLimitAndTheOption() throws {
    let place = try Workplace()
    try place.write(try Self.empty(Self.header(channelCount: 9)), to: "channels.vampc")
    let channels = try place.vampc("decode", "channels.vampc")
    channels.expectError(65, "channels.vampc: 9 coded channels, allowed are 8")
    #expect(channels.errors.contains("--max-channels 9"), "\(channels)")
    try place.write(try Self.empty(Self.header(rateHz: 16_777_216)), to: "rate.vampc")
    let rate = try place.vampc("decode", "rate.vampc")
    rate.expectError(65, "sample rate of 16777216 Hz, allowed are 768000 Hz")
    #expect(rate.errors.contains("--max-sample-rate 16777216"), "\(rate)")
    // Allowed channels get as far as the search for the codec.
    try place.vampc("decode", "--max-channels", "9", "channels.vampc").expectError(1, "no codec")
    #expect(try place.names() == ["channels.vampc", "rate.vampc"])
  }

  @Test(arguments: ["--max-channels", "--max-sample-rate", "--max-expansion", "--max-lost", "--max-memory"])
  func limitsAreNumbersAboveZero(option: String) throws {
    let place = try Workplace()
    for value in ["0", "-1", "2e9", "x"] {
      let result = try place.vampc("decode", "\(option)=\(value)", "a.vampc")
      #expect(result.status == 64, "\(option) \(value): \(result)")
      #expect(result.errors.contains(option), "\(result)")
    }
  }

  @Test func thousandsOfDamagedPlacesHaveOneLineTogether() throws {
    let place = try Workplace()
    let stream = try Self.short()
    var bytes: [UInt8] = []
    for _ in 0..<3_000 { bytes += stream + [0x55] }
    try place.write(bytes, to: "a.vampc")
    let result = try place.vampc("repair", "-o", "b.vampc", "a.vampc")
    #expect(result.status == 2, "\(result.status)")
    let warnings = result.errors.split(separator: "\n").filter { $0.contains("warning") }
    #expect(warnings.count == 11)
    #expect(warnings.last?.contains("2990 more damaged places") == true, "\(warnings.last ?? "")")
  }

  @Test func informationOfThousandsOfStreamsIsWhole() throws {
    let place = try Workplace()
    let stream = try Self.empty(Self.header())
    try place.write([[UInt8]](repeating: stream, count: 3_000).flatMap { $0 }, to: "a.vampc")
    let text = try place.vampc("info", "a.vampc")
    text.expectSuccess()
    #expect(text.text.contains("a.vampc, stream 3000"))
    let json = try place.vampc("info", "--json", "a.vampc")
    json.expectSuccess()
    let objects = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]])
    #expect(objects.count == 3_000)
    #expect(objects.last?["stream"] as? Int == 2_999)
    let test = try place.vampc("test", "a.vampc")
    #expect(test.text.contains("3000 streams"), "\(test)")
    let trimmed = try place.vampc("trim", "-k", "1", "-o", "b.vampc", "a.vampc")
    #expect(trimmed.text.contains("2936 more streams"), "\(trimmed.text.suffix(200))")
  }
}
