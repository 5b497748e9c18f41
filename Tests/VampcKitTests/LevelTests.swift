import AudioIO
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import Tokens
import VampcKit

/// Loudness of decoded audio, which is that of the original to 0.5 LU, with the default model.
@Suite struct LevelTests {
  private static let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
  private static let all = CompressionPrompt(codebookCount: 14)
  /// 50 bit/s.
  private static let sparse = CompressionPrompt(codebookCount: 1, period: 12)

  private static func speech() throws -> AudioBuffer {
    try AudioReader(path: Fixtures.path("audio/speech.flac")).readAll()
  }

  private static func loudness(_ audio: AudioBuffer) throws -> Double {
    let meter = try LoudnessMeter(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    try meter.add(audio)
    return try #require(meter.integratedLoudnessLUFS)
  }

  /// Returns the loudness of the decoded audio minus that of the original in LU.
  private static func difference(_ audio: AudioBuffer, _ prompt: CompressionPrompt) throws -> Double {
    let model = try Model(library.bundle(named: Fixtures.defaultModel), context: ComputeContext(threadCount: 2))
    let bench = try Workbench()
    let bytes = try bench.encode(try bench.write(audio), model, EncoderSettings(rate: .prompt(prompt)))
    let decoded = try bench.decode(bytes, library).audio
    #expect(decoded.sampleCount == audio.sampleCount)
    return try loudness(decoded) - loudness(audio)
  }

  /// A tone of 20 ms loses up to 17 dB in the networks.
  @Test(arguments: [all, sparse]) func shortAudioKeepsItsLevel(prompt: CompressionPrompt) throws {
    let tone = music(sampleCount: 882).slice(0..<882)
    #expect(abs(try Self.difference(tone, prompt)) < 0.5)
    let speech = try Self.speech().slice(66_150..<66_150 + 441)
    #expect(abs(try Self.difference(speech, prompt)) < 0.5)
  }

  @Test(arguments: [all, sparse]) func softAudioKeepsItsLevel(prompt: CompressionPrompt) throws {
    var speech = try Self.speech().slice(44_100..<110_250)
    let gain = Float(3e-4)
    speech.channels = speech.channels.map { $0.map { $0 * gain } }
    #expect(try Self.loudness(speech) < -88)
    #expect(abs(try Self.difference(speech, prompt)) < 0.5)
  }
}
