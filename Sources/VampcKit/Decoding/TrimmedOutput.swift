import AudioIO
import Signal

/// Output of one stream, which writes the wanted samples. It withholds the last samples until the stream's length is
/// known, so that the padding of the last frame is never written.
final class TrimmedOutput {
  private let output: any AudioOutput
  private let wanted: Range<Int>
  private let withheldSampleCount: Int
  private let didAdvance: () throws -> Void
  private var withheld: AudioBuffer
  /// Number of the first withheld sample, counted from sample 0 of the stream's output.
  private var position: Int

  /// Output of the wanted samples of a plan.
  ///
  /// - Parameters:
  ///   - output: Output of the decode, which receives the wanted samples.
  ///   - plan: Plan of the stream, which gives the wanted samples.
  ///   - didAdvance: Closure that is called at the end of each call of ``append(_:)``; an error of the closure cancels
  ///     the decode.
  init(_ output: any AudioOutput, _ plan: DecodePlan, didAdvance: @escaping () throws -> Void) {
    self.output = output
    self.didAdvance = didAdvance
    wanted = plan.wanted
    withheldSampleCount = plan.withheldSampleCount
    position = plan.firstOutputSample
    withheld = AudioBuffer(emptyWithChannelCount: output.channelCount, sampleRateHz: output.sampleRateHz)
  }

  /// Whether all wanted samples have been written.
  var isComplete: Bool { position >= wanted.upperBound }

  /// Appends the next samples of the stream's output.
  func append(_ chunk: AudioBuffer) throws {
    withheld.append(chunk)
    try release(withheld.sampleCount - withheldSampleCount)
    try didAdvance()
  }

  /// Writes the wanted samples that are withheld, up to the end of the stream.
  ///
  /// - Parameter sampleCount: Samples per channel of the stream's output.
  func finish(sampleCount: Int) throws {
    try release(min(withheld.sampleCount, sampleCount - position))
  }

  private func release(_ count: Int) throws {
    guard count > 0 else { return }
    let chosen = wanted.clamped(to: position..<position + count)
    if !chosen.isEmpty {
      try output.write(withheld.slice(chosen.lowerBound - position..<chosen.upperBound - position))
    }
    withheld.removeFirst(count)
    position += count
  }
}
