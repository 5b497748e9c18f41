/// Settings of the Opus encoder.
public struct OpusSettings: Equatable, Sendable {
  /// Duration of an Opus frame in milliseconds; longer frames cost fewer bits and add latency.
  public enum FrameDuration: Int, Sendable, CaseIterable {
    case milliseconds20 = 20
    case milliseconds60 = 60
  }

  /// Mode of rate control.
  public enum RateMode: Sendable, CaseIterable {
    /// Variable bitrate whose mean over a second is bounded: libopus's default. From 12 kbit/s on, the mean is within
    /// 5 % of the requested bitrate.
    case constrainedVariable
    /// Variable bitrate without limit: `opusenc`'s default. A clip may need a third more or less than the requested
    /// bitrate.
    case variable
    /// Constant bitrate: all packets have the same size.
    case constant
  }

  /// Kind of audio for which the encoder is tuned.
  public enum Application: Sendable, CaseIterable {
    case audio
    case speech
  }

  /// Requested bitrate of all channels together, without Ogg, in bit/s; 500 to 512 000 per channel.
  public var bitrateBps: Int
  /// Duration of an Opus frame.
  public var frameDuration: FrameDuration
  /// Mode of rate control.
  public var rateMode: RateMode
  /// Kind of audio for which the encoder is tuned.
  public var application: Application
  /// Complexity of encoding, 0 (fastest) to 10 (best).
  public var complexity: Int

  /// Settings with the given values; the default frame of 60 ms costs the fewest bits.
  public init(
    bitrateBps: Int, frameDuration: FrameDuration = .milliseconds60, rateMode: RateMode = .constrainedVariable,
    application: Application = .audio, complexity: Int = 10
  ) {
    self.bitrateBps = bitrateBps
    self.frameDuration = frameDuration
    self.rateMode = rateMode
    self.application = application
    self.complexity = complexity
  }

  /// Bitrates, in bit/s and for each channel, that opus_defines.h gives for `OPUS_SET_BITRATE`. libopus clamps other
  /// positive bitrates without an error.
  static let bitrateBpsPerChannel = 500...512_000
  static let highestComplexity = 10

  /// Checks that bitrate and complexity are in range for audio with `channelCount` channels.
  ///
  /// - Throws: `OpusBaselineError.bitrateOutOfRange`, `.complexityOutOfRange`.
  func check(channelCount: Int) throws(OpusBaselineError) {
    let minimumBps = OpusSettings.bitrateBpsPerChannel.lowerBound * channelCount
    let maximumBps = OpusSettings.bitrateBpsPerChannel.upperBound * channelCount
    guard (minimumBps...maximumBps).contains(bitrateBps) else {
      throw .bitrateOutOfRange(requestedBps: bitrateBps, minimumBps: minimumBps, maximumBps: maximumBps)
    }
    guard (0...OpusSettings.highestComplexity).contains(complexity) else {
      throw .complexityOutOfRange(found: complexity, maximum: OpusSettings.highestComplexity)
    }
  }
}
