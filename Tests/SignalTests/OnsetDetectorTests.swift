import Foundation
import Signal
import Testing

@Suite struct OnsetDetectorTests {
  /// Decaying tones at given times with given amplitudes.
  private static func tones(_ notes: [(seconds: Double, amplitude: Double)], rateHz: Int) -> AudioBuffer {
    var samples = [Float](repeating: 0, count: 6 * rateHz)
    for (index, note) in notes.enumerated() {
      let start = Int(note.seconds * Double(rateHz))
      for place in 0..<min(rateHz / 2, samples.count - start) {
        let time = Double(place) / Double(rateHz)
        let frequency = 220 * pow(2, Double(index % 7) / 6)
        samples[start + place] += Float(note.amplitude * sin(2 * .pi * frequency * time) * exp(-8 * time))
      }
    }
    return AudioBuffer(channels: [samples], sampleRateHz: rateHz)
  }

  @Test(arguments: [22_050, 44_100])
  func findsTheBeginningsOfNotes(rateHz: Int) {
    let seconds = [0.5, 0.9, 1.2, 1.95, 2.6, 3.3, 3.7, 4.55, 5.2]
    let found = OnsetDetector.onsetSeconds(in: Self.tones(seconds.map { ($0, 0.5) }, rateHz: rateHz))
    #expect(found.count == seconds.count, "\(found)")
    for (time, expected) in zip(found, seconds) { #expect(abs(time - expected) < 0.04, "\(found)") }
  }

  @Test func findsNoneInSilence() {
    #expect(OnsetDetector.onsetSeconds(in: AudioBuffer(channels: [[]], sampleRateHz: 8_000)).isEmpty)
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 8_000)], sampleRateHz: 8_000)
    #expect(OnsetDetector.onsetSeconds(in: silence).isEmpty)
  }

  @Test(arguments: [3, 4])
  func barsBeginWithTheAccent(beatsPerBar: Int) {
    let beats = (0..<12).map { 0.3 + 0.45 * Double($0) }
    let notes = beats.enumerated().map { (seconds: $1, amplitude: ($0 + 1) % beatsPerBar == 0 ? 0.8 : 0.08) }
    let metre = Metre(of: beats, in: Self.tones(notes, rateHz: 22_050))
    #expect(metre.beatsPerBar == beatsPerBar && metre.firstDownbeat == beatsPerBar - 1)
    #expect(metre.downbeats(of: beats).first == beats[beatsPerBar - 1])
  }
}
