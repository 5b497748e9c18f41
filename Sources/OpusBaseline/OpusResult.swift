public import Signal

/// What became of a signal on its way through Opus, and what that cost.
public struct OpusResult: Equatable, Sendable {
  /// As long as the input and aligned to it.
  ///
  /// To the sample where CELT codes (12 kbps and above); where SILK does, its resampler leaves a lag of 1 to 5 samples
  /// (0.1 ms), which every Opus decoder has and which is left in.
  public let decoded: AudioBuffer
  public let settings: OpusSettings
  /// The complete `.opus` file.
  public let oggFile: [UInt8]
  /// Bytes of the audio packets alone: no headers, no Ogg.
  public let packetBytes: Int
  /// Whether the stream holds silence though the input did not (`AudioBuffer.hasLost`): Opus gives no error when asked for
  /// too little.
  public let isSilent: Bool

  /// Bytes of the `.opus` file: packets, page headers, `OpusHead` and `OpusTags`.
  public var oggBytes: Int { oggFile.count }
  /// What the packets take, averaged over the length of the input.
  public var realBitrateBps: Double { bitrateBps(ofByteCount: packetBytes) }
  /// What the file takes, averaged over the length of the input.
  public var realOggBitrateBps: Double { bitrateBps(ofByteCount: oggBytes) }

  /// How the stream relates to what was asked for.
  public var outcome: OpusOutcome {
    if isSilent { return .silent }
    return realBitrateBps > Double(settings.bitrateBps) * OpusResult.rateTolerance ? .rateExceeded : .asRequested
  }

  /// Constrained variable rate exceeds its mean on a clip of 10 s by up to 5 %.
  static let rateTolerance = 1.1

  /// Hands the result on if it may be shown as a point at the requested rate.
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

/// How an Opus stream relates to what was asked for.
public enum OpusOutcome: Equatable, Sendable {
  case asRequested
  /// More than the requested rate was written: what was asked for lies below what Opus can do.
  case rateExceeded
  /// The stream holds silence where the input had sound.
  case silent
}
