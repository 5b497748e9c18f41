import Bitstream
import Tokens

/// Record of a decode: headers, notices and counts.
final class DecodingJournal {
  /// Headers of all streams read so far, in order.
  var headers: [StreamHeader] = []
  /// Whether part of the input was damaged.
  var hasDamage = false
  /// Reason of the first damage that the reader found; nil without damage.
  var firstDamage: BitstreamError?
  private var notices: [DecoderNotice] = []
  private var keptTokenCount = 0
  private var tokenCount = 0
  private let listener: (DecoderNotice) -> Void

  /// Creates an empty journal.
  ///
  /// - Parameter listener: Closure that is called with each notice as soon as it is known.
  init(listener: @escaping (DecoderNotice) -> Void) { self.listener = listener }

  /// Records notices and passes each on to the listener.
  func tell(_ notices: [DecoderNotice]) {
    for notice in notices { listener(notice) }
    self.notices += notices
  }

  /// Counts the tokens of a stream.
  func count(_ tally: TokenTally, of header: StreamHeader) {
    keptTokenCount += tally.keptTokenCount
    tokenCount += tally.frameCount * header.geometry.codebookCount * header.codedChannelCount
  }

  /// Report on everything recorded.
  ///
  /// - Parameter sampleCount: Samples per channel that were written.
  func report(sampleCount: Int, sampleRateHz: Int) -> DecodingReport {
    DecodingReport(
      headers: headers, sampleCount: sampleCount, durationSeconds: Double(sampleCount) / Double(sampleRateHz),
      maskedShare: tokenCount == 0 ? 0 : 1 - Double(keptTokenCount) / Double(tokenCount), hasDamage: hasDamage,
      notices: notices)
  }
}
