import Signal
import Testing

@Suite struct SilenceDetectorTests {
  private static let rate = 1_000

  private static func runs(_ channels: [[Float]], chunkLength: Int) -> [Range<Int>] {
    var detector = SilenceDetector(sampleRateHz: rate)
    let audio = AudioBuffer(channels: channels, sampleRateHz: rate)
    var runs: [Range<Int>] = []
    for start in stride(from: 0, to: audio.sampleCount, by: chunkLength) {
      detector.add(audio.slice(start..<min(start + chunkLength, audio.sampleCount)))
      for run in detector.takeRuns() {
        if let last = runs.last, last.upperBound == run.lowerBound {
          runs[runs.count - 1] = last.lowerBound..<run.upperBound
        } else {
          runs.append(run)
        }
      }
    }
    return runs
  }

  /// Runs of at least 10 ms are found whatever the chunks; shorter ones are part of the sound.
  @Test(arguments: [1, 7, 64, 10_000]) func findsRunsInAllChannels(chunkLength: Int) {
    var left = [Float](repeating: 0, count: 300)
    var right = left
    for index in 50..<100 { left[index] = 0.5 }
    right[120] = -0.001
    right[129] = 2e-6
    left[200] = 1e-6
    #expect(Self.runs([left, right], chunkLength: chunkLength) == [0..<50, 100..<120, 130..<300])
    #expect(Self.runs([left], chunkLength: chunkLength) == [0..<50, 100..<300])
    #expect(Self.runs([[]], chunkLength: chunkLength).isEmpty)
  }

  /// An offset counts as silence where it will be removed, and nowhere else.
  @Test func ignoresAnOffsetOnRequest() {
    var samples = [Float](repeating: 0.25, count: 100)
    for index in 40..<60 { samples[index] = index % 2 == 0 ? 0.3 : 0.2 }
    let audio = AudioBuffer(channels: [samples], sampleRateHz: Self.rate)
    var detector = SilenceDetector(sampleRateHz: Self.rate, ignoresOffset: true)
    detector.add(audio)
    #expect(detector.takeRuns() == [0..<40, 60..<100])
    detector = SilenceDetector(sampleRateHz: Self.rate)
    detector.add(audio)
    #expect(detector.takeRuns().isEmpty)
  }

  /// A recording with an offset may begin with sound, and its offset may change.
  @Test func ignoresAnOffsetThatIsNotTheFirstSample() {
    let sound = (0..<40).map { Float($0) / 100 }
    let samples = sound + [Float](repeating: 0.25, count: 60) + sound + [Float](repeating: 0.1, count: 20)
    var detector = SilenceDetector(sampleRateHz: Self.rate, ignoresOffset: true)
    detector.add(AudioBuffer(channels: [samples], sampleRateHz: Self.rate))
    #expect(detector.takeRuns() == [40..<100, 140..<160])
  }
}
