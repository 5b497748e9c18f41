import Signal
import Tokens

/// Estimate of the loudness that a pipe loses between encoder and decoder, from segments of the sound that has passed.
///
/// The first six segments follow each other; later, about one segment a minute is decoded. The latest six segments
/// count. A segment consists of whole blocks, or of the beginning of a longer block, so that its correction applies to
/// the blocks on which it was measured, and lasts at most ten seconds. The blocks that are left when a pipe ends (all
/// blocks of a short pipe) form one segment of any length.
final class RunningRestoration {
  private let roundTrip: RoundTrip
  private var restoration = LoudnessRestoration(capacity: latestCount)
  /// Gain in dB by which decoded sound must be raised to be as loud as the original; 0 before the first segment is
  /// measured.
  private(set) var correctionDB = 0.0
  /// Number of samples per channel that have passed, at the codec's rate.
  private var position = 0
  /// Smallest sample number at which the next segment may begin.
  private var nextStart = 0
  /// Segment whose samples are being collected; nil between two segments.
  private var segment: Segment?
  private var segmentCount = 0

  /// Length in seconds of the longest segment before the pipe ends, a little more than a block of the usual length.
  private static let segmentSeconds = 10
  private static let latestCount = 6
  /// Shortest time in seconds from the last block of a segment to the first block of the next segment, once
  /// ``latestCount`` segments have been measured.
  private static let laterSeconds = 60

  private struct Segment {
    var original: AudioBuffer
    var amplified: AudioBuffer
    /// Gains that were applied to `amplified`, block by block.
    var curves: [GainCurve]
  }

  init(_ roundTrip: RoundTrip) { self.roundTrip = roundTrip }

  /// Applies the gain of the next block, and decodes the present segment if the block completes the segment.
  ///
  /// - Parameters:
  ///   - curve: Gain of the block.
  ///   - original: Samples of the block at the codec's rate, without the gain.
  ///   - isEnding: Whether the pipe has ended. No segment is then decoded before ``finish()``.
  /// - Returns: the block with its gain.
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded; `SignalError` for a format that
  ///   cannot be measured; errors of the cancellation check.
  func applying(_ curve: GainCurve, to original: AudioBuffer, isEnding: Bool) throws -> AudioBuffer {
    var amplified = original
    curve.apply(to: &amplified)
    if segment != nil || position >= nextStart {
      let longest = isEnding ? .max : Self.segmentSeconds * original.sampleRateHz
      let range = 0..<min(original.sampleCount, longest - (segment?.original.sampleCount ?? 0))
      add(original.slice(range), amplified: amplified.slice(range), curve)
      if let segment, segment.original.sampleCount > longest - curve.sampleCount { try measure(segment) }
    }
    position += original.sampleCount
    return amplified
  }

  /// Measures the last segment after the end of the pipe.
  ///
  /// - Throws: same errors as ``applying(_:to:isEnding:)``.
  func finish() throws {
    if let segment { try measure(segment) }
  }

  private func add(_ original: AudioBuffer, amplified: AudioBuffer, _ curve: GainCurve) {
    guard segment != nil else {
      segment = Segment(original: original, amplified: amplified, curves: [curve])
      return
    }
    segment?.original.append(original)
    segment?.amplified.append(amplified)
    segment?.curves.append(curve)
  }

  private func measure(_ measured: Segment) throws {
    segment = nil
    segmentCount += 1
    if segmentCount >= Self.latestCount { nextStart = position + Self.laterSeconds * measured.original.sampleRateHz }
    guard try LoudnessRestoration.loudness(of: [measured.original]) != nil else { return }
    var gains = GainTimeline(measured.curves)
    let decoded = gains.removing(from: try roundTrip.decoded(measured.amplified))
    restoration.add(measured.original, decoded: decoded)
    correctionDB = try restoration.correctionDB()
  }
}
