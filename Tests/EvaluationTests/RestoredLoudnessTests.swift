import Signal
import Testing
import VampcKit

/// With the default model: what comes back is as loud as what went in.
@Suite struct RestoredLoudnessTests {
  @Test(arguments: ["audio/music.flac", "audio/speech.flac"]) func loudnessComesBackAtEightKilobits(
    fixture: String
  ) throws {
    let run = try DefaultModelRun(fixture, EncoderSettings())
    let original = try #require(try loudness(run.source.downmixedToMono()))
    let decoded = try #require(try loudness(run.decoded))
    #expect(abs(original - decoded) < 0.5)
  }

  private func loudness(_ block: AudioBlock) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: block.sampleRateHz)
    try meter.add(block)
    return meter.integratedLoudnessLUFS
  }
}
