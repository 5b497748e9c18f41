public import Signal

/// Measurements of one decoded clip against its reference.
///
/// In the decoded clip, NaN and infinity count as 0. If the channel counts differ, both clips are mixed to mono. The
/// decoded clip is resampled to the rate of the reference. If the lengths then differ, the end of the longer clip is
/// ignored. `SignalDefects` describe the clips before these conversions.
public struct ClipMeasurement: Equatable, Sendable {
  /// Mel distance of the VampNet paper, equation 3 (`SpectralDistance.vampNetMel`).
  public let melDistance: Double
  /// Mel distance of DAC's published tables (`SpectralDistance.dacTableMel`).
  public let dacMelDistance: Double
  /// Mel distance over seven scales, DAC's training loss (`SpectralDistance.sevenScaleMel`).
  public let sevenScaleMelDistance: Double
  /// STFT distance over two scales (`SpectralDistance.multiScaleSTFT`).
  public let stftDistance: Double
  /// SI-SDR in dB; nil where the ratio is infinite or undefined.
  public let siSDRDB: Double?
  /// Integrated loudness of the reference (`LoudnessMeter`); nil for digital silence and below −130 LUFS.
  public let referenceLUFS: Double?
  /// Integrated loudness of the decoded clip (`LoudnessMeter`); nil for digital silence and below −130 LUFS.
  public let decodedLUFS: Double?
  /// Bandwidth of the reference (``Bandwidth``).
  public let referenceBandwidthHz: Double
  /// Bandwidth of the decoded clip (``Bandwidth``).
  public let decodedBandwidthHz: Double
  /// Defects of the reference before any conversion.
  public let referenceDefects: SignalDefects
  /// Defects of the decoded clip before any conversion.
  public let decodedDefects: SignalDefects
  /// Delay of the decoded clip behind the reference; nil where no delay can be told, as with generated music.
  public let lag: LagEstimate?
  /// Whether the decoded clip has lost nearly all sound of the reference (`AudioBuffer.hasLost`).
  public let isSilenced: Bool
  /// Number of samples per channel by which the decoded clip is longer than the reference, at the rate of the
  /// reference; negative for a shorter clip.
  public let sampleCountDifference: Int
  /// Number of samples per channel that were compared: the length of the shorter clip, at ``sampleRateHz``.
  public let comparedSampleCount: Int
  /// Sample rate of the comparison: the rate of the reference.
  public let sampleRateHz: Int

  /// Loudness difference in LU, in either direction, above which a clip is flagged: about the smallest difference that
  /// listeners notice in a direct comparison.
  public static let loudnessTolerance = 1.0

  /// Number of flat-top samples of the decoded clip that may be chance: a low tone in 16 bits stays at its maximum for
  /// a few samples.
  private static let chanceFlatTopSampleCount = 12

  /// Measures a decoded clip against its reference.
  ///
  /// - Throws: `EvaluationError` if a clip has no samples or the reference has NaN or infinity; `SignalError` for
  ///   sample rates and channel counts that cannot be resampled or metered.
  public init(of decoded: AudioBuffer, from reference: AudioBuffer) throws {
    guard decoded.channelCount > 0, reference.channelCount > 0 else { throw EvaluationError.emptySignal }
    referenceDefects = SignalDefects(of: reference)
    decodedDefects = SignalDefects(of: decoded)
    var (decoded, reference) = (decodedDefects.nonFiniteSampleCount > 0 ? decoded.finite : decoded, reference)
    if reference.channelCount != decoded.channelCount {
      reference = reference.mixedToMono(.usual(channelCount: reference.channelCount))
      decoded = decoded.mixedToMono(.usual(channelCount: decoded.channelCount))
    }
    if decoded.sampleRateHz != reference.sampleRateHz {
      decoded = try Resampler.resample(decoded, to: reference.sampleRateHz)
    }
    sampleCountDifference = decoded.sampleCount - reference.sampleCount
    comparedSampleCount = min(decoded.sampleCount, reference.sampleCount)
    sampleRateHz = reference.sampleRateHz
    if sampleCountDifference > 0 { decoded = decoded.slice(0..<comparedSampleCount) }
    if sampleCountDifference < 0 { reference = reference.slice(0..<comparedSampleCount) }

    let pair = try ComparablePair(degraded: decoded, reference: reference)
    let distances = SpectralComparison(
      for: [.vampNetMel, .dacTableMel, .sevenScaleMel, .multiScaleSTFT]
    ).distances(of: pair)
    (melDistance, dacMelDistance, sevenScaleMelDistance, stftDistance) = (
      distances[0], distances[1], distances[2], distances[3]
    )
    siSDRDB = SISDR.decibels(of: pair)
    referenceLUFS = try Self.loudness(of: reference)
    decodedLUFS = try Self.loudness(of: decoded)
    referenceBandwidthHz = Bandwidth.hertz(of: reference)
    decodedBandwidthHz = Bandwidth.hertz(of: decoded)
    lag = LagEstimate(of: decoded, behind: reference)
    isSilenced = decoded.hasLost(reference)
  }

  /// Loudness of the decoded clip minus loudness of the reference, in LU; nil if either loudness is nil.
  public var loudnessDifferenceDB: Double? {
    guard let referenceLUFS, let decodedLUFS else { return nil }
    return decodedLUFS - referenceLUFS
  }

  /// Flags of the decoded clip: defects in comparison with the reference, in the order of `MeasurementFlag.allCases`.
  public var flags: [MeasurementFlag] { MeasurementFlag.allCases.filter(has) }

  private func has(_ flag: MeasurementFlag) -> Bool {
    switch flag {
    case .silent: return isSilenced
    case .clipped:
      return decodedDefects.clippedSampleCount > 2 * referenceDefects.clippedSampleCount
        || decodedDefects.flatTopSampleCount > 2 * referenceDefects.flatTopSampleCount + Self.chanceFlatTopSampleCount
    case .shifted: return lag?.isShifted ?? false
    case .dcOffset: return decodedDefects.hasDCOffset && !referenceDefects.hasDCOffset
    case .level: return abs(loudnessOrRMSDifferenceDB ?? 0) > Self.loudnessTolerance
    case .length: return abs(sampleCountDifference) > 1
    case .notFinite: return decodedDefects.nonFiniteSampleCount > 0
    }
  }

  /// Loudness difference in LU; where the loudness of a clip is nil, difference of the RMS values in dB; nil where the
  /// RMS of a clip is nil, too.
  private var loudnessOrRMSDifferenceDB: Double? {
    if let loudnessDifferenceDB { return loudnessDifferenceDB }
    guard let reference = referenceDefects.rmsDBFS, let decoded = decodedDefects.rmsDBFS else { return nil }
    return decoded - reference
  }

  private static func loudness(of audio: AudioBuffer) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    try meter.add(audio)
    return meter.integratedLoudnessLUFS
  }
}

extension AudioBuffer {
  /// Copy of the audio buffer with 0 in place of NaN and infinity.
  fileprivate var finite: AudioBuffer {
    AudioBuffer(channels: channels.map { $0.map { $0.isFinite ? $0 : 0 } }, sampleRateHz: sampleRateHz)
  }
}
