public import Signal

/// Result of encoding and decoding audio with Opus.
public struct OpusResult: Equatable, Sendable {
  /// Decoded audio, as long as the input and aligned to the input, up to a lag of 5 samples.
  ///
  /// Opus has two layers. Frames of the CELT layer, which the encoder takes from about 12 kbit/s on with the default
  /// settings, have no lag. In frames of the SILK layer, the resampler of every Opus decoder leaves a lag of 1 to 5
  /// samples (0.1 ms), which is not removed.
  public let decoded: AudioBuffer
  /// Settings with which the audio was encoded.
  public let settings: OpusSettings
  /// Bytes of the complete `.opus` file.
  public let oggFile: [UInt8]
  /// Number of bytes of the audio packets, without headers and Ogg pages.
  public let packetByteCount: Int
  /// Whether the decoded audio has lost nearly all sound of the input (`AudioBuffer.hasLost`). libopus reports no error
  /// at a bitrate that is too low for any sound.
  public let isSilent: Bool

  /// Number of bytes of the `.opus` file: packets, page headers, `OpusHead` and `OpusTags`.
  public var oggByteCount: Int { oggFile.count }
  /// Mean bitrate of the audio packets over the length of the input, in bit/s.
  public var realBitrateBps: Double { bitrateBps(ofByteCount: packetByteCount) }
  /// Mean bitrate of the whole `.opus` file over the length of the input, in bit/s.
  public var realOggBitrateBps: Double { bitrateBps(ofByteCount: oggByteCount) }

  /// Comparison of the result with the requested bitrate.
  public var outcome: OpusOutcome {
    if isSilent { return .silent }
    return realBitrateBps > Double(settings.bitrateBps) * OpusResult.rateTolerance ? .rateExceeded : .asRequested
  }

  /// Largest ratio of the bitrate of the audio packets to the requested bitrate at which the stream counts as keeping
  /// the requested bitrate. On a clip of 10 s, constrained variable bitrate exceeds the requested bitrate by up to 5 %.
  static let rateTolerance = 1.1

  /// Returns the result itself if its ``outcome`` is `.asRequested`.
  ///
  /// - Throws: `OpusBaselineError.silentStream`, `.rateExceeded`.
  public func asRequested() throws(OpusBaselineError) -> OpusResult {
    switch outcome {
    case .asRequested: return self
    case .silent: throw .silentStream(requestedBps: settings.bitrateBps, realBps: realBitrateBps)
    case .rateExceeded: throw .rateExceeded(requestedBps: settings.bitrateBps, realBps: realBitrateBps)
    }
  }

  private func bitrateBps(ofByteCount byteCount: Int) -> Double {
    Double(byteCount * 8 * decoded.sampleRateHz) / Double(decoded.sampleCount)
  }
}
