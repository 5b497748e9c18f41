import Signal

/// What brings the loudness of a pipe back, from stretches of ten seconds of what has passed: six, one after the other, and
/// from then on one a minute; the latest six count.
///
/// A stretch is whole blocks, or the beginning of a longer one, so that the blocks that were heard are levelled by what was
/// heard of them. The blocks that end a pipe, all of a short one, are heard as they will be decoded, together.
final class RunningRestoration {
  private let roundTrip: RoundTrip
  private var restoration = LoudnessRestoration(capacity: latestCount)
  /// How much louder what a decoder makes is to be made.
  private(set) var correctionDB = 0.0
  private var position = 0
  /// The next stretch begins with the first block from here on.
  private var nextStart = 0
  private var stretch: Stretch?
  private var stretchCount = 0

  /// At most; a little more than a block, where nothing else is asked for.
  private static let stretchSeconds = 10
  private static let latestCount = 6
  private static let laterSeconds = 60

  private struct Stretch {
    var original: AudioBuffer
    var amplified: AudioBuffer
    /// The gain that is on it.
    var curves: [GainCurve]
  }

  init(_ roundTrip: RoundTrip) { self.roundTrip = roundTrip }

  /// The next block with its gain, which may be listened to.
  ///
  /// - Parameter isEnding: whether the pipe has ended; then nothing is listened to before ``finish()``.
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded.
  func applying(_ curve: GainCurve, to original: AudioBuffer, isEnding: Bool) throws -> AudioBuffer {
    var amplified = original
    curve.apply(to: &amplified)
    if stretch != nil || position >= nextStart {
      let longest = isEnding ? .max : Self.stretchSeconds * original.sampleRateHz
      let range = 0..<min(original.sampleCount, longest - (stretch?.original.sampleCount ?? 0))
      add(original.slice(range), amplified.slice(range), curve)
      if let stretch, stretch.original.sampleCount > longest - curve.sampleCount { try measure(stretch) }
    }
    position += original.sampleCount
    return amplified
  }

  /// The pipe has ended, perhaps within a stretch.
  func finish() throws {
    if let stretch { try measure(stretch) }
  }

  private func add(_ original: AudioBuffer, _ amplified: AudioBuffer, _ curve: GainCurve) {
    guard stretch != nil else {
      stretch = Stretch(original: original, amplified: amplified, curves: [curve])
      return
    }
    stretch?.original.append(original)
    stretch?.amplified.append(amplified)
    stretch?.curves.append(curve)
  }

  private func measure(_ heard: Stretch) throws {
    stretch = nil
    stretchCount += 1
    if stretchCount >= Self.latestCount { nextStart = position + Self.laterSeconds * heard.original.sampleRateHz }
    guard try LoudnessRestoration.loudness(of: [heard.original]) != nil else { return }
    var decoded = try roundTrip.decoded(heard.amplified)
    var gains = GainTimeline(heard.curves)
    gains.remove(from: &decoded)
    restoration.add(heard.original, decoded: decoded)
    correctionDB = try restoration.correctionDB()
  }
}
