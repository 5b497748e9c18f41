/// Format of samples without a header: `RATE:CHANNELS:FORMAT`, such as `48000:2:s16le`.
public struct RawAudioFormat: Equatable, Sendable, CustomStringConvertible {
  /// Valid sample rates, in Hz.
  public static let allowedSampleRatesHz = 1...6_144_000
  /// Valid numbers of channels.
  public static let allowedChannelCounts = 1...1024

  /// Sample rate, in Hz.
  public let sampleRateHz: Int
  /// Number of channels.
  public let channelCount: Int
  /// Encoding of the samples.
  public let encoding: PCMEncoding

  /// Creates a format.
  ///
  /// - Throws: ``AudioIOError/invalidRawFormat(text:reason:)`` if a value is out of range.
  public init(sampleRateHz: Int, channelCount: Int, encoding: PCMEncoding) throws {
    let text = "\(sampleRateHz):\(channelCount):\(encoding.rawValue)"
    guard Self.allowedSampleRatesHz.contains(sampleRateHz) else {
      throw AudioIOError.invalidRawFormat(text: text, reason: "sample rate must be 1 to 6144000 Hz")
    }
    guard Self.allowedChannelCounts.contains(channelCount) else {
      throw AudioIOError.invalidRawFormat(text: text, reason: "channel count must be 1 to 1024")
    }
    self.sampleRateHz = sampleRateHz
    self.channelCount = channelCount
    self.encoding = encoding
  }

  /// Parses `RATE:CHANNELS:FORMAT`: rate in Hz, number of channels, and a case name of ``PCMEncoding``.
  ///
  /// - Throws: ``AudioIOError/invalidRawFormat(text:reason:)``, which lists the encodings if `FORMAT` is unknown.
  public init(parsing text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw AudioIOError.invalidRawFormat(text: text, reason: "must be RATE:CHANNELS:FORMAT, such as 48000:2:s16le")
    }
    guard let rate = Int(parts[0]) else {
      throw AudioIOError.invalidRawFormat(text: text, reason: "sample rate '\(parts[0])' is not a whole number of Hz")
    }
    guard let channels = Int(parts[1]) else {
      throw AudioIOError.invalidRawFormat(text: text, reason: "channel count '\(parts[1])' is not a whole number")
    }
    guard let encoding = PCMEncoding(rawValue: parts[2].lowercased()) else {
      let formats = PCMEncoding.allCases.map(\.rawValue).joined(separator: ", ")
      throw AudioIOError.invalidRawFormat(text: text, reason: "unknown format '\(parts[2])'; known are \(formats)")
    }
    try self.init(sampleRateHz: rate, channelCount: channels, encoding: encoding)
  }

  /// Format as text: `RATE:CHANNELS:FORMAT`.
  public var description: String { "\(sampleRateHz):\(channelCount):\(encoding.rawValue)" }
}
