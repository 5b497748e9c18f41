public import ExplainedErrors

/// Reason why Opus cannot encode and decode an audio buffer as requested.
public enum OpusBaselineError: Error, Equatable, Sendable {
  /// The audio is not at 48 kHz.
  case sampleRateNotSupported(foundHz: Int, requiredHz: Int)
  /// The audio has no channel or more than 8.
  case channelCountNotSupported(found: Int, maximum: Int)
  /// The audio has no samples.
  case emptyAudio
  /// A sample is NaN or infinite.
  case sampleNotFinite(channel: Int, sampleIndex: Int)
  /// The requested bitrate is outside the range for the number of channels: 500 to 512 000 bit/s per channel.
  case bitrateOutOfRange(requestedBps: Int, minimumBps: Int, maximumBps: Int)
  /// The complexity is outside 0...10.
  case complexityOutOfRange(found: Int, maximum: Int)
  /// libopusenc failed; `code` is an `OPE_…` value of libopusenc.
  case encodingFailed(code: Int, message: String)
  /// libopusfile cannot decode the file of libopusenc; `code` is an `OP_…` value of libopusfile.
  case decodingFailed(code: Int)
  /// The decoded audio has another length than the input.
  case lengthChanged(decodedSampleCount: Int, expectedSampleCount: Int)
  /// The decoded audio has lost nearly all sound of the input (`AudioBuffer.hasLost`).
  case silentStream(requestedBps: Int, realBps: Double)
  /// The audio packets exceed the requested bitrate by more than 10 %.
  case rateExceeded(requestedBps: Int, realBps: Double)
}

extension OpusBaselineError: CustomStringConvertible {
  /// Lower-case phrase with the found and the allowed values.
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
  /// Kind of the error: usage for a setting out of range, otherwise a failure.
  public var kind: ErrorKind {
    switch self {
    case .bitrateOutOfRange, .complexityOutOfRange: .usage
    case .sampleRateNotSupported, .channelCountNotSupported, .emptyAudio, .sampleNotFinite, .encodingFailed,
      .decodingFailed, .lengthChanged, .silentStream, .rateExceeded:
      .failure
    }
  }
}
