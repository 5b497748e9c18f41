/// What the signal processing refuses.
public enum SignalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A resampler was asked for a rate outside ``Resampler/supportedSampleRatesHz``.
  case unsupportedSampleRate(hz: Int, allowed: ClosedRange<Int>)
  /// More or fewer channels than a processor can take.
  case unsupportedChannelCount(Int, allowed: ClosedRange<Int>)
  /// A block whose channel count or sample rate is not what the processor was made for.
  case formatMismatch(channelCount: Int, sampleRateHz: Int, expectedChannelCount: Int, expectedSampleRateHz: Int)
  /// A C library refused or failed; `reason` is its own text.
  case libraryFailure(library: String, reason: String)

  public var description: String {
    switch self {
    case .unsupportedSampleRate(let hz, let allowed):
      "sample rate \(hz) Hz is outside \(allowed.lowerBound)...\(allowed.upperBound) Hz"
    case .unsupportedChannelCount(let count, let allowed):
      "\(count) channels, but only \(allowed.lowerBound) to \(allowed.upperBound) can be processed"
    case .formatMismatch(let channels, let rate, let expectedChannels, let expectedRate):
      "audio block of \(channels) channels at \(rate) Hz where \(expectedChannels) at \(expectedRate) Hz were expected"
    case .libraryFailure(let library, let reason):
      "\(library): \(reason)"
    }
  }
}

extension AudioBuffer {
  /// - Throws: ``SignalError/formatMismatch(channelCount:sampleRateHz:expectedChannelCount:expectedSampleRateHz:)``
  ///   unless the block has this many channels at this rate.
  func requireFormat(channelCount expectedChannels: Int, sampleRateHz expectedRate: Int) throws {
    guard channelCount == expectedChannels, sampleRateHz == expectedRate else {
      throw SignalError.formatMismatch(
        channelCount: channelCount, sampleRateHz: sampleRateHz, expectedChannelCount: expectedChannels,
        expectedSampleRateHz: expectedRate)
    }
  }
}
