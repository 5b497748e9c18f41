import AudioIO
import Bitstream
import Foundation
import Kernels
import Signal
import Testing
import Tokens
import VampcKit

/// Lost frames, which are generated, so that time stays aligned.
@Suite struct LossTests {
  /// A file of 9 s in blocks of at most a second, and its records.
  private static func stream(
    _ model: Model, _ bench: Workbench, codebooks: Int = 5, period: Int = 1, level: Float = 0.05
  ) throws -> (bytes: [UInt8], records: [RecordWalk.Outline]) {
    var source = music(sampleCount: 44_100 * 9 + 77)
    source.channels[0] = source.channels[0].map { $0 * level }
    let bytes = try bench.encode(
      try bench.write(source), model,
      EncoderSettings(
        rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)),
        sampler: .explicit(SamplerSettings(coarseStepCount: 3)), latencySeconds: 1))
    var walk = RecordWalk(bytes)
    var records: [RecordWalk.Outline] = []
    while let record = try walk.next() { records.append(record) }
    return (bytes, records)
  }

  /// The codec's decoder sees at most 16 frames on either side, what takes the offset away some more.
  private static let reachFrameCount =
    16 + OffsetRemover(channelCount: 1, sampleRateHz: 44_100, stepSampleCount: 768).memoryStepCount

  private static func samples(_ frames: Range<Int>) -> Range<Int> { frames.lowerBound * 768..<frames.upperBound * 768 }

  private static func lostSeconds(_ report: DecodingReport) -> [Range<Double>] {
    report.notices.compactMap { if case .damage(_, let seconds) = $0 { seconds } else { nil } }
  }

  @Test func aLossOfACompleteStreamIsImaginedAndNothingElseChanges() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    let intact = try bench.decode(bytes, tiny.library).audio
    let frames = try #require(records[4].frames)
    var damaged = bytes
    damaged[records[4].byteRange.upperBound - 6] ^= 1
    let (audio, report) = try bench.decode(damaged, tiny.library)
    #expect(report.hasDamage && audio.sampleCount == intact.sampleCount)
    let rate = 44_100.0 / 768
    #expect(
      Self.lostSeconds(report) == [Double(frames.lowerBound) / rate..<Double(frames.upperBound) / rate])
    let reach = Self.samples(
      frames.lowerBound - Self.reachFrameCount..<frames.upperBound + Self.reachFrameCount)
    #expect(audio.slice(0..<reach.lowerBound) == intact.slice(0..<reach.lowerBound))
    #expect(
      audio.slice(reach.upperBound..<audio.sampleCount) == intact.slice(reach.upperBound..<audio.sampleCount))
    let inside = Self.samples(frames)
    #expect(audio.slice(inside) != intact.slice(inside))
    // Neither bridged nor silent: other seeds imagine other things.
    let bridged = try bench.decode(damaged, tiny.library, DecoderSettings(fill: .none)).audio
    let other = try bench.decode(damaged, tiny.library, DecoderSettings { $0.seed = 9 }).audio
    #expect(audio.slice(inside) != bridged.slice(inside))
    #expect(audio.slice(inside) != other.slice(inside))
    #expect(audio.slice(inside).samplePeak > 0)
    #expect(other.slice(0..<reach.lowerBound) == intact.slice(0..<reach.lowerBound))
  }

  /// What an undamaged stream that keeps everything needs of the transformers is nothing.
  @Test func transformersAreLoadedForALossAlone() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    // Without its weights' end the transformer's file cannot be loaded, while its dimensions are there.
    let broken = try TinyModel()
    defer { broken.remove() }
    let path = broken.folder + "/\(TinyModel.name)/coarse.safetensors"
    let source = try Data(contentsOf: URL(fileURLWithPath: path))
    var weights = [UInt8](source)
    // Not a number: refused when the weights are read.
    for index in weights.count - 4_096..<weights.count { weights[index] = 0xFF }
    try Data(weights).write(to: URL(fileURLWithPath: path))
    let intact = try bench.decode(bytes, broken.library)
    #expect(!intact.report.hasDamage && intact.report.notices.isEmpty)
    var damaged = bytes
    damaged[records[4].byteRange.upperBound - 6] ^= 1
    #expect(throws: (any Error).self) { try bench.decode(damaged, broken.library) }
    #expect(try bench.decode(damaged, broken.library, DecoderSettings(fill: .none)).report.hasDamage)
  }

  /// Sound comes before the next block is there, loss or not.
  @Test func aCompleteStreamDoesNotWaitForWindows() throws {
    let tiny = try TinyModel(windowFrameCount: 345)
    defer { tiny.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    var next = 0
    var written: [Int] = []
    var writer: AudioWriter?
    let decoder = RecordingDecoder(
      library: tiny.library, settings: DecoderSettings(), context: ComputeContext(threadCount: 2))
    _ = try decoder.decode(
      source: {
        written.append(writer?.sampleCount ?? 0)
        guard next < records.count else { return [] }
        defer { next += 1 }
        return Array(bytes[records[next].byteRange])
      },
      makeOutput: { header in
        let made = try AudioWriter(
          path: bench.folder + "/live.wav", container: .wav, sampleFormat: .float32,
          sampleRateHz: header.sourceSampleRateHz, channelCount: header.codedChannelCount)
        writer = made
        return made
      })
    // After n blocks all of them have sounded but for what decoding looks ahead, the limiter, and the last frame.
    for count in 1..<records.count {
      let frames = try #require(records[count - 1].frames)
      #expect(written[count] >= (frames.upperBound - Self.reachFrameCount - 4) * 768)
    }
  }

  @Test func theBeginningAndTheEndAreImaginedWhereTheNumbersTell() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    let intact = try bench.decode(bytes, tiny.library).audio
    // The first record with the stream's start.
    var damaged = bytes
    damaged[records[0].byteRange.upperBound - 6] ^= 1
    let first = try #require(records[0].frames)
    let beginning = try bench.decode(damaged, tiny.library)
    #expect(beginning.audio.sampleCount == intact.sampleCount)
    #expect(Self.lostSeconds(beginning.report).first?.lowerBound == 0)
    let reach = (first.upperBound + Self.reachFrameCount) * 768
    #expect(
      beginning.audio.slice(reach..<intact.sampleCount) == intact.slice(reach..<intact.sampleCount))
    #expect(beginning.audio.slice(0..<first.upperBound * 768).samplePeak > 0)

    // The last block, of a stream whose trailer is a record of its own.
    var reader = StreamReader(bytes)
    var encoder: StreamEncoder?
    var lengths: [Int] = []
    var separate: [UInt8] = []
    var end: Int?
    while let event = try reader.next() {
      switch event {
      case .header(let header): encoder = try StreamEncoder(header: header)
      case .block(let block):
        separate += try encoder?.encode(block) ?? []
        lengths.append(separate.count)
      case .trailer(let trailer): end = trailer.sampleCount
      case .damage: Issue.record("damage in an intact stream")
      }
    }
    separate += try encoder?.finish(sampleCount: try #require(end)) ?? []
    separate[lengths[lengths.count - 1] - 6] ^= 1
    let tail = try bench.decode(separate, tiny.library)
    #expect(tail.audio.sampleCount == intact.sampleCount)
    let last = try #require(records.last?.frames)
    let before = (last.lowerBound - Self.reachFrameCount) * 768
    #expect(tail.audio.slice(0..<before) == intact.slice(0..<before))
    #expect(Self.lostSeconds(tail.report).count == 1)
  }

  /// Who joins late hears the stream from there on, and it ends where it ends.
  @Test func aListenerWhoJoinsInTheMiddleWaitsForNothing() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    let intact = try bench.decode(bytes, tiny.library).audio
    let joined = try #require(records[4...].first { $0.header != nil })
    for surplus in [0, 40] {
      let (audio, report) = try bench.decode(
        Array(bytes[(joined.byteRange.lowerBound - surplus)...]), tiny.library)
      #expect(report.hasDamage)
      let first = try #require(joined.frames).lowerBound * 768
      #expect(audio.sampleCount == intact.sampleCount - first)
      let margin = Self.reachFrameCount * 768
      #expect(
        audio.slice(margin..<audio.sampleCount) == intact.slice(first + margin..<intact.sampleCount))
    }
  }

  @Test func lossesOfSparseStreamsKeepTheTime() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    for (codebooks, period) in [(3, 1), (1, 4), (1, 1)] {
      let (bytes, records) = try Self.stream(try tiny.load(), bench, codebooks: codebooks, period: period)
      let intact = try bench.decode(bytes, tiny.library).audio
      let frames = try #require(records[4].frames)
      var damaged = bytes
      damaged[records[4].byteRange.upperBound - 6] ^= 1
      let (audio, report) = try bench.decode(damaged, tiny.library)
      #expect(report.hasDamage && audio.sampleCount == intact.sampleCount)
      // Windows of 40 frames, two of them one within the other's sight, and the decoder.
      let reach = Self.samples(frames.lowerBound - 140..<frames.upperBound + 140)
      #expect(audio.slice(0..<max(0, reach.lowerBound)) == intact.slice(0..<max(0, reach.lowerBound)))
      #expect(
        audio.slice(reach.upperBound..<audio.sampleCount) == intact.slice(reach.upperBound..<audio.sampleCount))
      #expect(throws: BitstreamError.self) {
        try bench.decode(damaged, tiny.library, DecoderSettings(stopsAtDamage: true))
      }
    }
  }

  @Test func aModelWithoutTransformersBridgesAndSaysSo() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let codecAlone = try TinyModel(roles: ["codec"])
    defer { codecAlone.remove() }
    let bench = try Workbench()
    let (bytes, records) = try Self.stream(try tiny.load(), bench)
    #expect(try bench.decode(bytes, codecAlone.library).report.notices.isEmpty)
    var damaged = bytes
    damaged[records[4].byteRange.upperBound - 6] ^= 1
    let (audio, report) = try bench.decode(damaged, codecAlone.library)
    #expect(report.notices.contains(.noGenerator(model: TinyModel.name)))
    #expect(audio == (try bench.decode(damaged, tiny.library, DecoderSettings(fill: .none)).audio))
  }
}
