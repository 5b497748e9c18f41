import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing
import Tokens
import VampcKit

/// Tests of the loudness after decoding with the default model, which must equal the loudness of the source.
@Suite struct RestoredLoudnessTests {
  @Test(arguments: ["audio/music.flac", "audio/speech.flac"], [(14, 1), (4, 1), (1, 1), (1, 12)])
  func loudnessComesBack(fixture: String, kept: (Int, Int)) throws {
    let prompt = CompressionPrompt(codebookCount: kept.0, period: kept.1)
    let run = try DefaultModelRun(fixture, EncoderSettings(rate: .prompt(prompt)))
    let original = try #require(try loudness(run.source.downmixedToMono()))
    let decoded = try #require(try loudness(run.decoded))
    // With one frame of twelve nearly all sound is generated. Its loudness varies with the tokens: speech 0.58 LU.
    #expect(abs(original - decoded) < (kept.1 == 12 ? 0.75 : 0.5))
  }

  /// The loudness of a long recording and of a pipe is estimated from segments alone.
  @Test(arguments: [(false, 8, 1), (true, 3, 12)])
  func stretchesSpeakForALongRecording(isPiped: Bool, repetitionCount: Int, period: Int) throws {
    let speech = try AudioReader(path: try Fixtures.path("audio/speech.flac")).readAll()
    let path = FileManager.default.temporaryDirectory.path + "/vampc-long-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var long = AudioBuffer(emptyWithChannelCount: speech.channelCount, sampleRateHz: speech.sampleRateHz)
    for _ in 0..<repetitionCount { long.append(speech) }
    try AudioWriter.write(long, asFloatWAV: path)
    let prompt = CompressionPrompt(codebookCount: 1, period: period)
    let run = try DefaultModelRun(file: path, EncoderSettings(rate: .prompt(prompt)), isPiped: isPiped)
    let original = try #require(try loudness(run.source.downmixedToMono()))
    let decoded = try #require(try loudness(run.decoded))
    // With one frame of twelve nearly all sound is generated, and a pipe shows the encoder only its past:
    // 1.08 LU.
    #expect(abs(original - decoded) < (period == 12 ? 1.25 : 0.5))
  }

  /// Clips shorter than a gating block, and speech below the absolute gate of BS.1770, come back as loud as they were.
  @Test(
    arguments: [0.05, 0.1, 0.2, 0.399].map { ($0, 0.0) } + [-75.0, -80, -90].map { (4.0, $0) }, [false, true])
  func shortAndSoftSpeechComesBack(_ clip: (seconds: Double, lufs: Double), isPiped: Bool) throws {
    var speech = try AudioReader(path: try Fixtures.path("audio/speech.flac")).readAll().downmixedToMono()
    let start = speech.sampleRateHz
    speech = speech.slice(start..<start + Int(clip.seconds * Double(speech.sampleRateHz)))
    if clip.lufs < 0 { Gain(decibels: clip.lufs - (try #require(try loudness(speech)))).apply(to: &speech) }
    let path = FileManager.default.temporaryDirectory.path + "/vampc-soft-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AudioWriter.write(speech, asFloatWAV: path)
    for prompt in [CompressionPrompt(codebookCount: 14), CompressionPrompt(codebookCount: 1, period: 4)] {
      let run = try DefaultModelRun(file: path, EncoderSettings(rate: .prompt(prompt)), isPiped: isPiped)
      let original = try #require(try loudness(run.source))
      let decoded = try #require(try loudness(run.decoded))
      #expect(abs(original - decoded) < 0.5, "\(prompt.codebookCount) codebooks")
    }
  }

  /// A gain for the sake of generated tokens must not change the gain of kept tokens.
  @Test func whatIsKeptKeepsItsLevel() throws {
    let prompt = CompressionPrompt(codebookCount: 1, period: 12)
    let rules = KeepRules(firstSeconds: 2)
    let settings = [
      EncoderSettings(), EncoderSettings(rate: .prompt(prompt), loudnessTarget: .codec),
      EncoderSettings(rate: .prompt(prompt), keepRules: rules), EncoderSettings(rate: .prompt(prompt)),
    ]
    let gains = try settings.map { try DefaultModelRun("audio/speech.flac", $0).gain }
    #expect(gains[0] == gains[1] && gains[0] == gains[2] && gains[0] != gains[3])
  }

  private func loudness(_ block: AudioBuffer) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: block.sampleRateHz)
    try meter.add(block)
    return meter.integratedLoudnessLUFS
  }
}
