import Signal
import Tokens

/// Estimate of the loudness that a recording loses between encoder and decoder.
///
/// Networks smooth noise away, which costs 1 dB and more. Generated sound may be much softer than the original.
struct LoudnessRestoration {
  private var originals: [AudioBuffer] = []
  private var decoded: [AudioBuffer] = []
  /// Largest number of segments that count: the latest ones.
  private let capacity: Int

  init(capacity: Int = .max) { self.capacity = capacity }

  /// Largest correction in dB, upwards or downwards. Sound that loses more is lost, and a larger correction would only
  /// amplify noise. Speech that is generated at 50 bit/s lost up to 19 dB.
  private static let largestCorrectionDB = 24.0
  /// Smallest and largest number of rounds of correction. The limiter reverses part of each correction; the smallest
  /// number of rounds nearly always suffices.
  private static let roundCounts = 3...12
  /// Error in dB below which no further round follows.
  private static let largestErrorDB = 0.1

  /// Adds a segment of the original, and the same segment encoded and decoded, both without the encoder's gain.
  mutating func add(_ original: AudioBuffer, decoded segment: AudioBuffer) {
    originals.append(original)
    decoded.append(Self.silenced(segment, as: original))
    if originals.count > capacity {
      originals.removeFirst()
      decoded.removeFirst()
    }
  }

  /// Gain in dB, within ±12 dB, that makes the decoded segments as loud as the original segments; 0 where the originals
  /// or the decoded segments are digital silence.
  ///
  /// - Throws: `SignalError` for a format that cannot be measured.
  func correctionDB() throws -> Double {
    guard let wanted = try Self.loudness(of: originals) else { return 0 }
    var correctionDB = 0.0
    for round in 1...Self.roundCounts.upperBound {
      let correction = Gain(decibels: correctionDB)
      let found = try Self.loudness(
        of: decoded.map { segment in
          var segment = segment
          correction.apply(to: &segment)
          var limiter = Limiter(channelCount: segment.channelCount, sampleRateHz: segment.sampleRateHz)
          var limited = try limiter.process(segment)
          limited.append(limiter.finish())
          return limited
        })
      guard let found else { return 0 }
      if round > Self.roundCounts.lowerBound, abs(wanted - found) < Self.largestErrorDB { break }
      correctionDB = min(max(correctionDB + wanted - found, -Self.largestCorrectionDB), Self.largestCorrectionDB)
    }
    return correctionDB
  }

  /// Returns a decoded segment with digital silence where the decoder will write it, because the original is silent.
  private static func silenced(_ decoded: AudioBuffer, as original: AudioBuffer) -> AudioBuffer {
    var result = decoded
    let shortest = Int(SilentRuns.shortestSeconds * Double(original.sampleRateHz))
    for channel in result.channels.indices {
      var detector = SilenceDetector(sampleRateHz: original.sampleRateHz)
      detector.add(original.channel(channel))
      let runs = detector.takeRuns().filter { $0.count >= shortest }
      if runs.isEmpty { continue }
      var gate = SilenceGate(sampleRateHz: original.sampleRateHz)
      gate.append(runs, blockStart: 0)
      result.channels[channel] = gate.process(decoded.channel(channel)).channels[0]
    }
    return result
  }

  /// Integrated loudness in LUFS of all segments, one after the other; nil for digital silence, and without segments.
  ///
  /// - Throws: `SignalError` for a format that cannot be measured.
  static func loudness(of segments: [AudioBuffer]) throws -> Double? {
    guard let first = segments.first else { return nil }
    let meter = try LoudnessMeter(channelCount: first.channelCount, sampleRateHz: first.sampleRateHz)
    for segment in segments { try meter.add(segment) }
    return meter.integratedLoudnessLUFS
  }
}
