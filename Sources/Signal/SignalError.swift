public import ExplainedErrors

/// Reason why audio cannot be processed.
public enum SignalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Sample rate outside the allowed range.
  case unsupportedSampleRate(hz: Int, allowed: ClosedRange<Int>)
  /// Number of channels outside the allowed range.
  case unsupportedChannelCount(Int, allowed: ClosedRange<Int>)
  /// Audio buffer whose channel count or sample rate differs from the format that a processor was created for.
  case formatMismatch(channelCount: Int, sampleRateHz: Int, expectedChannelCount: Int, expectedSampleRateHz: Int)
  /// Failure of a C library; `reason` is the library's text or says what failed.
  case libraryFailure(library: String, reason: String)

  /// Phrase with the found and the allowed values.
  public var description: String {
    switch self {
    case .unsupportedSampleRate(let hz, let allowed):
      "sample rate \(hz) Hz is outside \(allowed.lowerBound)...\(allowed.upperBound) Hz"
    case .unsupportedChannelCount(let count, let allowed):
      "\(count) channels, but only \(allowed.lowerBound) to \(allowed.upperBound) can be processed"
    case .formatMismatch(let channels, let rate, let expectedChannels, let expectedRate):
      "audio buffer of \(channels) channels at \(rate) Hz where \(expectedChannels) at \(expectedRate) Hz were expected"
    case .libraryFailure(let library, let reason):
      "\(library): \(reason)"
    }
  }
}

extension AudioBuffer {
  /// Checks the format of the buffer.
  ///
  /// - Throws: ``SignalError/formatMismatch(channelCount:sampleRateHz:expectedChannelCount:expectedSampleRateHz:)`` if
  ///   channel count or sample rate differ.
  func requireFormat(channelCount expectedChannels: Int, sampleRateHz expectedRate: Int) throws {
    guard channelCount == expectedChannels, sampleRateHz == expectedRate else {
      throw SignalError.formatMismatch(
        channelCount: channelCount, sampleRateHz: sampleRateHz, expectedChannelCount: expectedChannels,
        expectedSampleRateHz: expectedRate)
    }
  }
}

extension SignalError: ExplainedError {
  /// Failed C library; nil for the other errors.
  public var subject: ErrorSubject? {
    if case .libraryFailure(let library, _) = self { .program(library) } else { nil }
  }

  /// Kind of the error: always a failure.
  public var kind: ErrorKind { .failure }
}
