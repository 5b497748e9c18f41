import Foundation
import Signal
import Testing
import Tokens
import VampcKit

@Suite struct VamperTests {
  private let everything = CompressionPrompt(codebookCount: 5)

  @Test func lengthRateAndChannelsStay() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    for (sampleCount, rate, channels) in [(1, 44_100, 1), (40_001, 48_000, 2), (9_000, 8_000, 1)] {
      let audio = music(sampleCount: sampleCount, sampleRateHz: rate, channelCount: channels)
      for mode in EncoderSettings.Channels.allCases {
        for passes in [nil, 1, 3] {
          let settings = VampSettings(
            prompt: CompressionPrompt(codebookCount: 2, period: 3), drawsPhase: true, channels: mode,
            loopPassCount: passes)
          let result = try Vamper(model, settings: settings).variation(of: audio, seed: 4)
          #expect(result.audio.sampleCount == sampleCount * (passes ?? 1))
          #expect(result.audio.sampleRateHz == rate && result.audio.channelCount == channels)
          #expect(result.audio.channels.allSatisfy { $0.allSatisfy { $0.isFinite && abs($0) <= 1 } })
        }
      }
    }
    #expect(throws: VampcError.nothingToVary) {
      try Vamper(model, settings: VampSettings(prompt: everything))
        .variation(of: AudioBuffer(channels: [[]], sampleRateHz: 44_100), seed: 0)
    }
  }

  @Test func aSeedDecidesTheVariation() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let vamper = try Vamper(
      try tiny.load(), settings: VampSettings(prompt: CompressionPrompt(codebookCount: 1, period: 4)))
    let audio = music(sampleCount: 60_000)
    let first = try vamper.variation(of: audio, seed: 1)
    #expect(try vamper.variation(of: audio, seed: 1).audio == first.audio)
    #expect(try vamper.variation(of: audio, seed: 2).audio != first.audio)
    #expect(
      try Vamper(try tiny.load(threadCount: 1), settings: vamper.settings)
        .variation(of: audio, seed: 1).audio == first.audio)
    let share = Double(first.mask.keptCount) / Double(first.mask.keptFlags.count)
    #expect(first.keptShare == share && abs(share - 1.0 / 20) < 0.01)
  }

  /// Each stage reports shares that rise to the whole, and an error of the progress handler cancels the variation.
  @Test func progressRisesAndCancels() throws {
    struct Cancelled: Error {}
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let vamper = try Vamper(
      try tiny.load(), settings: VampSettings(prompt: CompressionPrompt(codebookCount: 1, period: 4)))
    let audio = music(sampleCount: 150_000, channelCount: 2)
    var shares: [CodingProgress.Stage: [Double]] = [:]
    _ = try vamper.variation(of: audio, seed: 1) { progress in
      shares[progress.stage, default: []].append(progress.doneSeconds / (progress.totalSeconds ?? 0))
    }
    for stage in [CodingProgress.Stage.encoding, .generating, .decoding] {
      let found = try #require(shares[stage])
      #expect(found.last == 1 && found.allSatisfy { (0...1).contains($0) })
      #expect(Set(found).count >= 3)
      if stage != .generating { #expect(found == found.sorted()) }
    }
    #expect(throws: Cancelled.self) {
      try vamper.variation(of: audio, seed: 1) { progress in
        if progress.stage == .generating, progress.doneSeconds > 0 { throw Cancelled() }
      }
    }
  }

  /// Frames of which everything is kept are the samples of the recording itself.
  @Test func originalSamplesStayOutsideOfCrossFades() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let audio = music(sampleCount: 100_000, sampleRateHz: 48_000, channelCount: 2)
    let settings = VampSettings(
      prompt: everything,
      keepRules: KeepRules(generatedSegments: [TimeRange(startSeconds: 0.8, endSeconds: 1.2)]),
      extent: VampSettings.Extension(precedingSeconds: 0.25, followingSeconds: 0.5), keepsOriginal: true)
    let result = try Vamper(model, settings: settings).variation(of: audio, seed: 0).audio
    #expect(result.sampleCount == 100_000 + 12_000 + 24_000)
    let hop = Int((Double(model.geometry.hopLength) / Double(model.geometry.sampleRateHz) * 48_000).rounded(.up))
    for channel in 0..<2 {
      let found = Array(result.channels[channel][12_000..<112_000])
      let original = audio.channels[channel]
      // 20 ms at either end lead to the extensions.
      #expect(Array(found[960..<Int(0.8 * 48_000) - hop]) == Array(original[960..<Int(0.8 * 48_000) - hop]))
      let behind = Int(1.2 * 48_000) + hop..<99_040
      #expect(Array(found[behind]) == Array(original[behind]))
      #expect(Array(found[43_000..<52_000]) != Array(original[43_000..<52_000]))
    }
  }

  @Test func timeAndPitchChangeTheLengthAsAsked() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let audio = music(sampleCount: 50_000)
    for (stretch, pitch, count) in [(1.5, 0.0, 75_000), (0.5, 0, 25_000), (1, 7, 50_000), (1, -12, 50_000)] {
      let settings = VampSettings(prompt: everything, timeStretch: stretch, pitchSemitones: pitch)
      let result = try Vamper(model, settings: settings).variation(of: audio, seed: 0)
      #expect(result.audio.sampleCount == count)
      let repeats = max(0, 1 - 1 / (stretch * pow(2, pitch / 12)))
      #expect(abs(1 - result.keptShare - repeats) < 0.02, "\(stretch), \(pitch): \(result.keptShare)")
    }
  }

  /// A loop of which everything is kept comes back seamless: the step at the seam is as small as those inside.
  @Test func aLoopHasNoSeam() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    // 50 whole periods of 200 Hz.
    let sine = (0..<11_025).map { Float(0.4 * sin(2 * Double.pi * 50 * Double($0) / 11_025)) }
    for prompt in [everything, CompressionPrompt(codebookCount: 2, period: 3)] {
      let settings = VampSettings(prompt: prompt, loopPassCount: 2)
      let result = try Vamper(model, settings: settings)
        .variation(of: AudioBuffer(channels: [sine], sampleRateHz: 44_100), seed: 3).audio.channels[0]
      #expect(result.count == 22_050)
      let steps = zip(result.dropFirst(), result).map { abs($0 - $1) }.sorted()
      #expect(abs(result[0] - result[22_049]) <= steps[steps.count * 999 / 1000])
    }
  }

  @Test func theModelChoosesTheSamplerUnlessTheSettingsDo() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let greedy = SamplerSettings(coarseStepCount: 1, fineStepCount: 1, temperature: 0, fineTemperature: 0)
    let file = """
      {"steps": 1, "fine_steps": 1, "temperature": 0, "fine_temperature": 0, "mask_temperature": 10.5, "top_p": 1,
       "typical_mass": 1}
      """
    try Data(file.utf8).write(to: URL(fileURLWithPath: "\(tiny.folder)/\(TinyModel.name)/sampler.json"))
    let model = try tiny.load()
    let audio = music(sampleCount: 30_000)
    func variation(_ sampler: SamplerSettings?) throws -> AudioBuffer {
      let settings = VampSettings(prompt: CompressionPrompt(codebookCount: 1, period: 4), sampler: sampler)
      return try Vamper(model, settings: settings).variation(of: audio, seed: 1).audio
    }
    #expect(try variation(nil) == variation(greedy))
    #expect(try variation(nil) != variation(.published))
  }

  @Test func settingsThatKeepAllGenerateOnlyWhatTheyName() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    var settings = VampSettings.keepingAll(of: model)
    let audio = music(sampleCount: 40_000)
    #expect(try Vamper(model, settings: settings).variation(of: audio, seed: 0).keptShare == 1)
    settings.extent.followingSeconds = 0.5
    let longer = try Vamper(model, settings: settings).variation(of: audio, seed: 0)
    #expect(longer.audio.sampleCount == 40_000 + 22_050)
    #expect(longer.mask.keptCount == 5 * model.geometry.frameCount(forSampleCount: 40_000))
  }

  @Test func modelsAndSettingsThatDoNotFitAreRefused() throws {
    let tiny = try TinyModel(roles: ["codec"])
    defer { tiny.remove() }
    #expect(throws: VampcError.noGenerator(model: "tiny")) {
      try Vamper(try tiny.load(), settings: VampSettings(prompt: everything))
    }
    let whole = try TinyModel()
    defer { whole.remove() }
    #expect(throws: VampcError.tooManyCodebooks(asked: 6, available: 5)) {
      try Vamper(try whole.load(), settings: VampSettings(prompt: CompressionPrompt(codebookCount: 6)))
    }
  }
}
