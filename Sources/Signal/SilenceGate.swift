/// Gate that writes exact zeros into given runs of samples.
///
/// Samples around a run are faded over `fadeSeconds`, so that a run does not begin or end with a click. The fade in
/// front of a run does not reach beyond the beginning of the run's block.
public struct SilenceGate: Sendable {
  /// Length in seconds of the fade before a run, and of the fade behind it.
  static let fadeSeconds = 0.001

  private struct Run {
    /// First sample of the fade in front of the silence.
    let fadeStart: Int
    let silence: Range<Int>
  }

  private let fadeSampleCount: Int
  private var position: Int
  /// Runs whose fades are not processed yet, in order.
  private var runs: [Run] = []

  /// Gate for a new recording.
  ///
  /// - Parameters:
  ///   - firstSample: Number of the first processed sample, counted like the samples of the runs.
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  public init(firstSample: Int = 0, sampleRateHz: Int) {
    position = firstSample
    fadeSampleCount = Int(Self.fadeSeconds * Double(sampleRateHz))
  }

  /// Adds silent runs of one block, in order, before the block's samples are processed.
  ///
  /// - Parameters:
  ///   - silence: Runs of silent samples, counted like `firstSample` of the initialiser.
  ///   - blockStart: Number of the block's first sample, counted in the same way.
  public mutating func append(_ silence: [Range<Int>], blockStart: Int) {
    for run in silence where run.upperBound + fadeSampleCount > position && !run.isEmpty {
      runs.append(Run(fadeStart: max(blockStart, run.lowerBound - fadeSampleCount), silence: run))
    }
  }

  /// Processes the next chunk and returns the result, which has the same length.
  public mutating func process(_ chunk: AudioBuffer) -> AudioBuffer {
    let samples = position..<position + chunk.sampleCount
    position = samples.upperBound
    guard let first = runs.first, first.fadeStart < samples.upperBound else { return chunk }
    var result = chunk
    for run in runs {
      guard run.fadeStart < samples.upperBound else { break }
      for index in (run.fadeStart..<run.silence.upperBound + fadeSampleCount).clamped(to: samples) {
        let factor = factor(at: index, run.silence)
        for channel in result.channels.indices {
          let sample = result.channels[channel][index - samples.lowerBound]
          result.channels[channel][index - samples.lowerBound] = factor == 0 ? 0 : factor * sample
        }
      }
    }
    runs.removeFirst(runs.prefix { $0.silence.upperBound + fadeSampleCount <= samples.upperBound }.count)
    return result
  }

  /// Factor of a sample: 0 within the silence, rising linearly to 1 with the distance from the silence.
  private func factor(at index: Int, _ silence: Range<Int>) -> Float {
    guard !silence.contains(index) else { return 0 }
    let distance = index < silence.lowerBound ? silence.lowerBound - index : index - silence.upperBound + 1
    return Float(distance) / Float(fadeSampleCount + 1)
  }
}
