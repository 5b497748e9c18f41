import AudioIO
import Bitstream
import Foundation
import Kernels
import Signal
import Testing
import Tokens
import VampcKit

/// What is intact of a damaged stream, as a stream without a fault.
@Suite struct StreamRepairerTests {
  private func repair(_ bytes: [UInt8]) throws -> (bytes: [UInt8], report: StreamRepairer.Report) {
    var result: [UInt8] = []
    let report = try StreamRepairer.repair(source: pieces(of: bytes)) { result += $0 }
    return (result, report)
  }

  private func spoiling(_ indices: Set<Int>, _ records: [[UInt8]]) -> [UInt8] {
    records.enumerated().flatMap { index, record in
      guard indices.contains(index) else { return record }
      var record = record
      record[record.count / 2] ^= 4
      return record
    }
  }

  @Test func writesIntactStreamsAsTheyAre() throws {
    let first = SyntheticStream(frameCount: 900, tags: [StreamTag(key: "A", value: "b")])
    let second = SyntheticStream(
      prompt: CompressionPrompt(codebookCount: 1, period: 12), frameCount: 300, blockFrameCount: 120,
      gainsHundredthsDB: [1, 2, 3], keepsAlso: { $0 < 3 && $1 % 17 == 0 })
    let bytes = try first.bytes() + second.bytes()
    let repaired = try repair(bytes)
    #expect(repaired.bytes == bytes)
    #expect(repaired.report.damage.isEmpty)
    #expect(repaired.report.streams.allSatisfy { $0.lostFrames.isEmpty && $0.knowsLength })
  }

  @Test(
    arguments: [
      SyntheticStream(frameCount: 1_400, blockFrameCount: 280),
      SyntheticStream(
        prompt: CompressionPrompt(codebookCount: 2, period: 5, phase: 3), channelCount: 2, frameCount: 1_400,
        blockFrameCount: 280, gainsHundredthsDB: [5, -700, 0, 30, 31]),
      SyntheticStream(
        prompt: CompressionPrompt(codebookCount: 1, period: 0), frameCount: 1_400, blockFrameCount: 280,
        keepsAlso: { $0 < 4 && $1 % 20 == 0 }),
    ], [[1], [2, 3], [1, 3]] as [Set<Int>])
  func lostBlocksBecomeBlocksThatKeepNothing(stream: SyntheticStream, lost: Set<Int>) throws {
    let repaired = try repair(spoiling(lost, try stream.records()))
    var expected = stream
    expected.lostBlocks = lost
    let found = try blocks(of: repaired.bytes)
    #expect(found.reduce(0) { $0 + $1.frameCount } == 1_400)
    for block in expected.blocks where block.mask.keptCount > 0 {
      #expect(found.contains(block), "frames \(block.frames)")
    }
    let lostFrames = lost.reduce(0) { sum, _ in sum + 280 }
    #expect(found.filter { $0.mask.keptCount == 0 }.reduce(0) { $0 + $1.frameCount } == lostFrames)
    let report = try #require(repaired.report.streams.first)
    #expect(report.knowsLength && report.sampleCount == stream.sampleCount)
    #expect(report.lostFrames.reduce(0) { $0 + $1.count } == lostFrames)
    #expect(!repaired.report.damage.isEmpty)
    // Nothing is left to repair.
    let again = try repair(repaired.bytes)
    #expect(again.report.damage.isEmpty && again.bytes == repaired.bytes)
  }

  @Test func withoutTheEndTheLengthIsWhatIsThere() throws {
    let stream = SyntheticStream(frameCount: 1_400, blockFrameCount: 280)
    let repaired = try repair(Array(try stream.bytes().dropLast(5)))
    let report = try #require(repaired.report.streams.first)
    #expect(!report.knowsLength && report.sampleCount == 1_120 * 768)
    #expect(try StreamSummary.verify(repaired.bytes).first?.frames == 0..<1_120)
  }

  @Test(arguments: [[], [5, -700, 0, 30, 31]])
  func aBeginningThatWasHereIsMarkedAsLost(gains: [Int]) throws {
    var stream = SyntheticStream(frameCount: 1_400, blockFrameCount: 280, gainsHundredthsDB: gains)
    let repaired = try repair(spoiling([0], try stream.records()))
    let report = try #require(repaired.report.streams.first)
    #expect(report.lostFrames == [0..<280] && report.sampleCount == stream.sampleCount)
    stream.lostBlocks = [0]
    if !gains.isEmpty { stream.gainsHundredthsDB[0] = gains[1] }
    #expect(try blocks(of: repaired.bytes) == stream.blocks)
  }

  /// Whoever joins a broadcast has not lost what came before.
  @Test func whatIsJoinedInTheMiddleBeginsThere() throws {
    let stream = SyntheticStream(firstFrame: 500_000, frameCount: 1_400, blockFrameCount: 280)
    let repaired = try repair(Array(try stream.records().dropFirst().joined()))
    #expect(try blocks(of: repaired.bytes) == Array(stream.blocks.dropFirst()))
    let report = try #require(repaired.report.streams.first)
    #expect(report.lostFrames.isEmpty && report.sampleCount == 1_120 * 768)
  }

  @Test func nothingIntactIsAnError() throws {
    var bytes = try SyntheticStream(frameCount: 100).bytes()
    for index in stride(from: 0, to: bytes.count, by: 50) { bytes[index] ^= 255 }
    #expect(throws: BitstreamError.self) { try repair(bytes) }
    #expect(throws: BitstreamError.empty) { try repair([]) }
  }

  /// The decoder imagines the same for what is marked as lost as for what it finds damaged.
  @Test func decodesAsTheDamagedStreamDoes() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let folder = FileManager.default.temporaryDirectory.path + "/vampc-repair-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let format = try RawAudioFormat(parsing: "44100:1:f32le")
    let samples = (0..<44_100 * 4).map { 0.3 * sin(Float($0) * 0.03) }
    try Data(samples.withUnsafeBytes { [UInt8]($0) }).write(to: URL(fileURLWithPath: folder + "/a.raw"))
    for (index, prompt) in [CompressionPrompt(codebookCount: 2), CompressionPrompt(codebookCount: 3, period: 4)]
      .enumerated()
    {
      var records: [[UInt8]] = []
      _ = try RecordingEncoder(model, settings: EncoderSettings(rate: .prompt(prompt), latencySeconds: 0.5)).encode(
        AudioReader(path: folder + "/a.raw", raw: format), write: { records.append($0) })
      #expect(records.count >= 8)
      let damaged = spoiling(index == 0 ? [3, 4] : [0, 5], records)
      let repaired = try repair(damaged)
      #expect(repaired.bytes != damaged)
      var sounds: [[Float]] = []
      for (name, bytes) in [("damaged", damaged), ("repaired", repaired.bytes)] {
        var rest = [bytes]
        let path = "\(folder)/\(name)\(index).wav"
        let report = try RecordingDecoder(
          library: tiny.library, settings: DecoderSettings(), context: ComputeContext(threadCount: 2)
        ).decode(source: { rest.popLast() ?? [] }) {
          try AudioWriter(
            path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
        }
        #expect(report.hasDamage == (name == "damaged") && report.sampleCount == samples.count)
        sounds.append(try AudioReader(path: path).readAll().channels[0])
      }
      #expect(sounds[0] == sounds[1])
    }
  }
}
