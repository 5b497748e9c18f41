import AudioIO
import Bitstream
import DAC
import Foundation
import ModelStore
import Signal
import Testing
import Tokens
import VampcKit

/// In decibels, of `found` against `expected`.
private func signalToError(_ found: [Float], _ expected: [Float]) -> Double {
  var signal = 0.0
  var error = 0.0
  for (a, b) in zip(found, expected) {
    signal += Double(b) * Double(b)
    error += Double(a - b) * Double(a - b)
  }
  return 10 * log10(signal / max(error, 1e-30))
}

@Suite struct RoundTripTests {
  @Test func lengthRateAndChannelsComeBackExactly() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    for (sampleCount, rate, channels) in [
      (0, 44_100, 1), (1, 44_100, 1), (767, 44_100, 1), (768, 44_100, 2), (769, 44_100, 1), (40_001, 48_000, 2),
      (9_000, 8_000, 1), (50_000, 96_000, 6),
    ] {
      let path = try bench.write(music(sampleCount: sampleCount, sampleRateHz: rate, channelCount: channels))
      for (codebooks, period, mode) in [(5, 1, EncoderSettings.Channels.keep), (1, 4, .mono), (4, 3, .mono)] {
        let bytes = try bench.encode(
          path, model,
          EncoderSettings(
            rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)), channels: mode))
        for fill in DecoderSettings.Fill.allCases {
          if sampleCount == 0 { continue }
          let (audio, report) = try bench.decode(bytes, tiny.library, DecoderSettings(fill: fill))
          #expect(audio.sampleCount == sampleCount)
          #expect(audio.sampleRateHz == rate)
          #expect(audio.channelCount == (mode == .mono ? 1 : channels))
          #expect(!report.hasDamage)
        }
      }
    }
  }

  @Test func keepingEverythingGivesTheNetworksOwnReconstruction() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    // Soft, so that the limiter has nothing to do.
    var source = music(sampleCount: 200_000)
    source.channels[0] = source.channels[0].map { $0 * 0.02 }
    let path = try bench.write(source)
    let bytes = try bench.encode(
      path, model,
      EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), usesHighPass: false, latencySeconds: 0.5))
    let (audio, report) = try bench.decode(bytes, tiny.library)
    #expect(report.maskedShare == 0)

    // Encoder, quantiser and decoder on the whole clip at once.
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: 44_100)
    try meter.add(source)
    let gain = LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS).gain(for: meter)
    var normal = source
    gain.apply(to: &normal)
    let encoder = TokenEncoder(model.codec, context: model.context)
    let codes = encoder.encode(normal.channels[0]).appending(encoder.finish())
    let decoder = TokenDecoder(model.codec, context: model.context)
    let samples = AudioBuffer(channels: [decoder.decode(codes) + decoder.finish()], sampleRateHz: 44_100)
    var offsetRemover = OffsetRemover(
      channelCount: 1, sampleRateHz: 44_100, stepSampleCount: model.geometry.hopLength)
    var whole = try offsetRemover.process(samples)
    whole.append(offsetRemover.finish())
    guard case .whole(let restoring) = try #require(report.headers.first).gain else {
      Issue.record("a file has one gain")
      return
    }
    restoring.remove(from: &whole)
    // 60 dB is the issue's demand; the same arithmetic runs in both, so far more is met.
    #expect(signalToError(audio.channels[0], Array(whole.channels[0].prefix(200_000))) > 95)
  }

  @Test func threadsAndBlocksDoNotChangeWhatIsImagined() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 150_000, channelCount: 2))
    var results: [AudioBuffer] = []
    for (threads, latency) in [(1, nil), (2, 0.3), (3, 1.0), (8, nil)] as [(Int, Double?)] {
      let model = try tiny.load(threadCount: threads)
      let bytes = try bench.encode(
        path, model,
        EncoderSettings(
          rate: .prompt(CompressionPrompt(codebookCount: 2, period: 2)), channels: .keep,
          sampler: .explicit(SamplerSettings(coarseStepCount: 3, seed: 5)), latencySeconds: latency))
      results.append(try bench.decode(bytes, tiny.library, threadCount: threads).audio)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func otherSeedsImagineOtherThings() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 60_000))
    let bytes = try bench.encode(path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 1))))
    let stored = try bench.decode(bytes, tiny.library).audio
    let other = try bench.decode(bytes, tiny.library, DecoderSettings { $0.seed = 1 }).audio
    #expect(stored != other)
    #expect(try bench.decode(bytes, tiny.library, DecoderSettings { $0.seed = 0 }).audio == stored)
  }

  @Test func equalChannelsStayEqualWhereTheyAreImagined() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let one = music(sampleCount: 80_000).channels[0]
    let path = try bench.write(AudioBuffer(channels: [one, one], sampleRateHz: 44_100))
    let bytes = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 1, period: 2)), channels: .keep))
    let audio = try bench.decode(bytes, tiny.library).audio
    #expect(audio.channels[0] == audio.channels[1])
  }

  @Test func concatenatedStreamsAreOne() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 50_000))
    let first = try bench.encode(path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5))))
    let second = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 1, period: 3))))
    let (audio, report) = try bench.decode(first + second, tiny.library)
    #expect(audio.sampleCount == 100_000 && report.headers.count == 2)
    #expect(audio.slice(0..<50_000) == (try bench.decode(first, tiny.library).audio))
    #expect(audio.slice(50_000..<100_000) == (try bench.decode(second, tiny.library).audio))
  }

  @Test func damageKeepsTimeAligned() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 200_000))
    var bytes = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 0.4))
    let intact = try bench.decode(bytes, tiny.library).audio
    bytes[bytes.count / 2] ^= 0x10
    let (audio, report) = try bench.decode(bytes, tiny.library)
    #expect(report.hasDamage)
    #expect(audio.sampleCount == intact.sampleCount)
    #expect(audio.slice(0..<40_000) == intact.slice(0..<40_000))
    #expect(audio.slice(180_000..<200_000) == intact.slice(180_000..<200_000))
    #expect(throws: BitstreamError.self) {
      try bench.decode(bytes, tiny.library, DecoderSettings(stopsAtDamage: true))
    }
  }

  @Test func aModelWithoutTransformersSaysSo() throws {
    let tiny = try TinyModel(roles: ["codec"])
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 50_000))
    let bytes = try bench.encode(path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 2))))
    let (audio, report) = try bench.decode(bytes, tiny.library)
    #expect(audio.sampleCount == 50_000)
    #expect(report.notices.contains(.noGenerator(model: TinyModel.name)))
  }

  @Test func anotherCodecIsRefusedUnlessAccepted() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 30_000))
    var settings = EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)))
    settings.sampler = .modelDefault(seed: 3)
    let bytes = try bench.encode(path, model, settings)
    #expect(throws: ModelError.self) { try bench.decode(bytes, ModelLibrary(folders: [])) }
    let other = try TinyModel(codecScale: 1.25)
    defer { other.remove() }
    let otherModel = try other.load()
    func decode(accepting: Bool) throws -> Int {
      let decoder = RecordingDecoder(
        library: tiny.library, model: otherModel, settings: DecoderSettings(acceptsOtherCodec: accepting),
        context: otherModel.context)
      return try decoder.decode(
        source: bytes.source(from: 0),
        makeOutput: { BufferOutput(sampleRateHz: $0.sourceSampleRateHz, channelCount: $0.codedChannelCount) }
      ).sampleCount
    }
    #expect {
      try decode(accepting: false)
    } throws: { error in
      if case VampcError.wrongCodec = error { true } else { false }
    }
    #expect(try decode(accepting: true) == 30_000)
  }

  /// Matching the loudness takes longer than measuring, and is no part of it.
  @Test func encodingNamesItsPhases() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 44_100))
    var phases: [CodingProgress] = []
    let settings = EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5, period: 1)))
    _ = try RecordingEncoder(try tiny.load(), settings: settings).encode(
      try AudioReader(path: path), write: { _ in },
      progress: { if phases.last?.stage != $0.stage { phases.append($0) } })
    #expect(phases.map(\.stage) == [.measuring, .matching, .encoding])
    #expect(phases.map(\.stage.rawValue) == ["measuring", "matching loudness", "encoding"])
    #expect(phases.count > 1 && phases[1].doneSeconds == 0 && phases[1].totalSeconds ?? 0 > 0)
  }
}
