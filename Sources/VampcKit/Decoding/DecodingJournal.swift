import Bitstream
import Tokens

/// Record of a decode: headers, notices and counts.
final class DecodingJournal {
  /// Headers of the first stream and of all decoded streams so far, in order. Streams that a seek skips have no header
  /// here.
  var headers: [StreamHeader] = []
  /// Whether damage was reported as a notice.
  var hasDamage = false
  /// First fault that the reader found, reported as a notice or not; nil without damage.
  var firstDamage: BitstreamError?
  private var notices: [DecoderNotice] = []
  private var keptTokenCount = 0
  private var tokenCount = 0
  private let listener: (DecoderNotice) -> Void

  /// Creates an empty journal.
  ///
  /// - Parameter listener: Closure that is called with each notice as soon as it is known.
  init(listener: @escaping (DecoderNotice) -> Void) { self.listener = listener }

  /// Records notices and passes each notice on to the listener.
  func tell(_ notices: [DecoderNotice]) {
    for notice in notices { listener(notice) }
    self.notices += notices
  }

  /// Adds the tokens of a finished stream.
  func count(_ tally: TokenTally, of header: StreamHeader) {
    keptTokenCount += tally.keptTokenCount
    tokenCount += tally.frameCount * header.geometry.codebookCount * header.codedChannelCount
  }

  /// Report on everything recorded.
  ///
  /// - Parameters:
  ///   - sampleCount: Samples per channel that were written.
  ///   - sampleRateHz: Sample rate of the output in Hz.
  func report(sampleCount: Int, sampleRateHz: Int) -> DecodingReport {
    DecodingReport(
      headers: headers, sampleCount: sampleCount, durationSeconds: Double(sampleCount) / Double(sampleRateHz),
      maskedShare: tokenCount == 0 ? 0 : 1 - Double(keptTokenCount) / Double(tokenCount), hasDamage: hasDamage,
      notices: notices)
  }
}
