import Foundation
import Signal
import TestSupport

/// Short music with known beats, made from a seed: a small version of `tools/beat_music.py`.
struct RenderedMusic {
  /// Pattern of a bar.
  enum Style: String, CaseIterable {
    case rock, house, swing, waltz, ballad
  }

  static let sampleRateHz = 22_050
  private static let seconds = 16.0

  /// Times of the beats in seconds.
  let beats: [Double]
  private(set) var samples: [Float]
  private var random: SeededGenerator

  var audio: AudioBuffer { AudioBuffer(channels: [samples], sampleRateHz: Self.sampleRateHz) }

  /// - Parameters:
  ///   - tempo: Beats a minute of the first half.
  ///   - finalTempo: Beats a minute of the second half.
  init(_ style: Style, tempo: Double, finalTempo: Double, seed: UInt64) {
    var beats = [0.35]
    while let last = beats.last, last < Self.seconds - 1.2 {
      beats.append(last + 60 / (last < Self.seconds / 2 ? tempo : finalTempo))
    }
    self.beats = beats
    samples = [Float](repeating: 0, count: Int(Self.seconds * Double(Self.sampleRateHz)))
    random = SeededGenerator(seed: seed)
    let events = Self.events(of: style)
    for bar in 0..<beats.count / events.beatCount {
      for (place, sound, loudness) in events.list {
        let beat = Double(bar * events.beatCount) + place
        guard Int(beat) + 1 < beats.count else { continue }
        let share = beat - beat.rounded(.down)
        let time = (1 - share) * beats[Int(beat)] + share * beats[Int(beat) + 1]
        add(sound, at: time + Double.random(in: -0.006...0.006, using: &random), loudness)
      }
    }
  }

  private enum Sound {
    case kick, snare, hat, bass, chord
  }

  /// Place in beats from the beginning of the bar, sound and loudness.
  private typealias Event = (place: Double, sound: Sound, loudness: Float)

  private static func every(_ distance: Double, from start: Double, to end: Double, _ sound: Sound, _ loudness: Float)
    -> [Event]
  {
    stride(from: start, to: end, by: distance).map { ($0, sound, loudness) }
  }

  private static func events(of style: Style) -> (beatCount: Int, list: [Event]) {
    var list: [Event]
    switch style {
    case .rock:
      list = every(2, from: 0, to: 4, .kick, 1) + every(2, from: 1, to: 4, .snare, 0.9)
      list += every(1, from: 0, to: 4, .hat, 0.6) + every(1, from: 0.5, to: 4, .hat, 0.4)
      list += every(0.5, from: 0, to: 4, .bass, 0.5)
      list += [(2.5, .kick, 0.6), (0, .chord, 0.7)]
    case .house:
      list = every(1, from: 0, to: 4, .kick, 1) + every(1, from: 0.5, to: 4, .hat, 0.8)
      list += every(1, from: 0.5, to: 4, .chord, 0.4)
    case .swing:
      list = every(1, from: 0, to: 4, .hat, 0.7) + every(1, from: 0, to: 4, .bass, 0.9)
      list += every(2, from: 5.0 / 3, to: 4, .hat, 0.5)
      list += [(2.0 / 3, .chord, 0.5)]
    case .waltz:
      list = every(1, from: 1, to: 3, .chord, 0.6)
      list += [(0, .bass, 1), (0, .chord, 0.8), (2.5, .chord, 0.3)]
    case .ballad:
      list = every(1, from: 0, to: 4, .chord, 0.8) + every(1, from: 0.5, to: 4, .chord, 0.4)
      list += every(2, from: 0, to: 4, .bass, 0.9) + every(2, from: 1, to: 4, .snare, 0.3)
    }
    return (style == .waltz ? 3 : 4, list)
  }

  private mutating func add(_ sound: Sound, at seconds: Double, _ loudness: Float) {
    let start = Int(seconds * Double(Self.sampleRateHz))
    let (hertz, fadeSeconds, noise): ([Double], Double, Float) =
      switch sound {
      case .kick: ([55, 95], 0.07, 0)
      case .snare: ([190], 0.05, 0.7)
      case .hat: ([], 0.02, 0.5)
      case .bass: ([65.4, 130.8], 0.15, 0)
      case .chord: ([262, 330, 392, 784], 0.25, 0)
      }
    var last: Float = 0
    for index in 0..<Int(4 * fadeSeconds * Double(Self.sampleRateHz)) where start + index < samples.count {
      let time = Double(index) / Double(Self.sampleRateHz)
      let white = Float.random(in: -1...1, using: &random)
      // The difference of successive values has few low frequencies.
      let tones = hertz.reduce(Float(0)) { $0 + Float(sin(2 * .pi * $1 * time)) / Float(hertz.count) }
      samples[start + index] += 0.3 * loudness * Float(exp(-time / fadeSeconds)) * (tones + noise * (white - last))
      last = white
    }
  }

  /// F-measure of times as mir_eval computes it: a beat counts as found within 70 ms.
  func fMeasure(of found: [Double]) -> Double {
    var (pairs, left, right) = (0, 0, 0)
    while left < beats.count, right < found.count {
      let distance = found[right] - beats[left]
      if abs(distance) <= 0.07 {
        (pairs, left, right) = (pairs + 1, left + 1, right + 1)
      } else if distance < 0 {
        right += 1
      } else {
        left += 1
      }
    }
    return pairs == 0 ? 0 : 2 * Double(pairs) / Double(beats.count + found.count)
  }
}
