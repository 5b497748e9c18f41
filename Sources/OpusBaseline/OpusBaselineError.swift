public import ExplainedErrors

/// Why Opus gave no baseline.
public enum OpusBaselineError: Error, Equatable, Sendable {
  case sampleRateNotSupported(foundHz: Int, requiredHz: Int)
  case channelCountNotSupported(found: Int, maximum: Int)
  case emptyAudio
  case sampleNotFinite(channel: Int, sampleIndex: Int)
  case bitrateOutOfRange(requestedBps: Int, minimumBps: Int, maximumBps: Int)
  case complexityOutOfRange(found: Int, maximum: Int)
  /// libopusenc refused; `code` is one of its `OPE_…` values.
  case encodingFailed(code: Int, message: String)
  /// libopusfile refused what libopusenc wrote; `code` is one of its `OP_…` values.
  case decodingFailed(code: Int)
  case lengthChanged(decodedSampleCount: Int, expectedSampleCount: Int)
  /// The stream is valid but holds silence where the input had sound.
  case silentStream(requestedBps: Int, realBps: Double)
  /// The stream takes more than was asked for.
  case rateExceeded(requestedBps: Int, realBps: Double)
}

extension OpusBaselineError: CustomStringConvertible {
  /// Error in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .sampleRateNotSupported(let foundHz, let requiredHz):
      "opus baseline needs \(requiredHz) Hz, got \(foundHz) Hz"
    case .channelCountNotSupported(let found, let maximum):
      "opus baseline takes 1 to \(maximum) channels, got \(found)"
    case .emptyAudio:
      "no samples to encode"
    case .sampleNotFinite(let channel, let sampleIndex):
      "sample \(sampleIndex) of channel \(channel) is not a finite number"
    case .bitrateOutOfRange(let requestedBps, let minimumBps, let maximumBps):
      "opus takes \(minimumBps) to \(maximumBps) bps here, got \(requestedBps) bps"
    case .complexityOutOfRange(let found, let maximum):
      "opus complexity lies in 0 to \(maximum), got \(found)"
    case .encodingFailed(let code, let message):
      "opus encoding failed: \(message) (\(code))"
    case .decodingFailed(let code):
      "opus decoding failed (\(code))"
    case .lengthChanged(let decodedSampleCount, let expectedSampleCount):
      "opus returned \(decodedSampleCount) samples for \(expectedSampleCount)"
    case .silentStream(let requestedBps, let realBps):
      "opus at \(requestedBps) bps gives silence (\(Int(realBps.rounded())) bps written)"
    case .rateExceeded(let requestedBps, let realBps):
      "opus cannot go down to \(requestedBps) bps (\(Int(realBps.rounded())) bps written)"
    }
  }
}

extension OpusBaselineError: ExplainedError {
  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    switch self {
    case .bitrateOutOfRange, .complexityOutOfRange: .usage
    case .sampleRateNotSupported, .channelCountNotSupported, .emptyAudio, .sampleNotFinite, .encodingFailed,
      .decodingFailed, .lengthChanged, .silentStream, .rateExceeded:
      .failure
    }
  }
}
