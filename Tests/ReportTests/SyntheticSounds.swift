import AudioIO
import Foundation
import Signal
import Sweep

/// Audio files in the layout in which a sweep stores them.
enum SyntheticSounds {
  /// Writes `FOLDER/CLIP/CONDITION.flac`: notes, with more noise from condition to condition.
  static func write(clips: [String], conditions: [SweepCondition], seconds: Double, into folder: String) throws {
    for (clipPlace, clip) in clips.enumerated() {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(clip)", withIntermediateDirectories: true)
      for (place, condition) in conditions.enumerated() {
        let rate = 44_100
        var state: UInt32 = 1
        let noise = Float(place) / Float(conditions.count) * 0.1
        let samples = (0..<Int(seconds * Double(rate))).map { index -> Float in
          let time = Float(index) / Float(rate)
          let note = Int(time * 4) * 5 % 12 + clipPlace * 3
          let since = time - (time * 4).rounded(.down) / 4
          let frequency = 220 * pow(2, Float(note) / 12)
          state = state &* 1_664_525 &+ 1_013_904_223
          let hiss = noise * (Float(state >> 8) / Float(1 << 24) - 0.5)
          return (1...6).reduce(hiss) { sum, harmonic in
            sum + 0.25 / Float(harmonic) * exp(-5 * since * Float(harmonic))
              * sin(2 * .pi * frequency * Float(harmonic) * time)
          }
        }
        let writer = try AudioWriter(
          path: "\(folder)/\(clip)/\(condition.identifier).flac", sampleRateHz: rate, channelCount: 1)
        try writer.write(AudioBuffer(channels: [samples], sampleRateHz: rate))
        try writer.finish()
      }
    }
  }
}
