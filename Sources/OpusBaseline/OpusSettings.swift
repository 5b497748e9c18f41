/// What Opus is asked for.
public struct OpusSettings: Equatable, Sendable {
  /// Longer frames spend fewer bits on framing, at the price of latency.
  public enum FrameDuration: Int, Sendable, CaseIterable {
    case milliseconds20 = 20
    case milliseconds60 = 60
  }

  public enum RateMode: Sendable, CaseIterable {
    /// Variable, held to the mean within a second: libopus's default, and within 5 % of the request from 12 kbps on.
    case constrainedVariable
    /// Variable without limit, `opusenc`'s default: a clip may take a third more or less than asked for.
    case variable
    /// Every packet as large as the next.
    case constant
  }

  /// What the encoder tunes itself for.
  public enum Application: Sendable, CaseIterable {
    case audio
    case speech
  }

  /// For all channels together, without Ogg; 500 to 512 000 per channel.
  public var bitrateBps: Int
  public var frameDuration: FrameDuration
  public var rateMode: RateMode
  public var application: Application
  /// 0 (fastest) to 10 (best).
  public var complexity: Int

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

  /// The limits of `OPUS_SET_BITRATE` (opus_defines.h); beyond them libopus clamps without a word.
  static let bitrateBpsPerChannel = 500...512_000
  static let highestComplexity = 10

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
