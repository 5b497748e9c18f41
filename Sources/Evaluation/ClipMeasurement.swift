public import Signal

/// Everything that is measured about one decoded clip and its original.
///
/// The decoded clip is brought to the reference's sample rate; where channel counts differ, both are mixed to mono; where
/// lengths differ, the longer one's end is left out. Faults (`SignalDefects`) are those of the clips as they came.
public struct ClipMeasurement: Equatable, Sendable {
  /// VampNet's equation 3, `SpectralDistance.vampNetMel`.
  public let melDistance: Double
  /// `SpectralDistance.dacTableMel`.
  public let dacMelDistance: Double
  /// `SpectralDistance.sevenScaleMel`.
  public let sevenScaleMelDistance: Double
  /// `SpectralDistance.multiScaleSTFT`.
  public let stftDistance: Double
  /// Nil where it is infinite or undefined.
  public let siSDRDB: Double?
  /// Integrated loudness after BS.1770; nil for silence and below 400 ms.
  public let referenceLUFS: Double?
  public let decodedLUFS: Double?
  public let referenceBandwidthHz: Double
  public let decodedBandwidthHz: Double
  public let referenceDefects: SignalDefects
  public let decodedDefects: SignalDefects
  /// Nil where nothing can be said, as of imagined music.
  public let lag: LagEstimate?
  /// Whether next to nothing is left of the reference (`AudioBuffer.hasLost`).
  public let isSilenced: Bool
  /// Samples by which the decoded clip is longer, at the reference's rate.
  public let sampleCountDifference: Int
  public let comparedSampleCount: Int
  public let sampleRateHz: Int

  /// In LU: about the least difference that is heard side by side.
  public static let loudnessTolerance = 1.0

  /// Flat tops that may be chance: a low tone in 16 bits stays at one value for a few samples.
  private static let chanceFlatTopSampleCount = 12

  /// - Throws: `EvaluationError` for a clip without samples or a reference with NaN or infinity, `SignalError` for rates
  ///   and channel counts that cannot be converted or metered.
  public init(of decoded: AudioBuffer, from reference: AudioBuffer) throws {
    guard decoded.channelCount > 0, reference.channelCount > 0 else { throw EvaluationError.emptySignal }
    referenceDefects = SignalDefects(of: reference)
    decodedDefects = SignalDefects(of: decoded)
    var (decoded, reference) = (decodedDefects.nonFiniteSampleCount > 0 ? decoded.finite : decoded, reference)
    if reference.channelCount != decoded.channelCount {
      reference = reference.downmixedToMono()
      decoded = decoded.downmixedToMono()
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

  /// Decoded less reference, in LU, which are dB.
  public var loudnessDifferenceDB: Double? {
    guard let referenceLUFS, let decodedLUFS else { return nil }
    return decodedLUFS - referenceLUFS
  }

  /// What is wrong with the decoded clip that is not wrong with the reference, in the order of the cases.
  public var flags: [MeasurementFlag] { MeasurementFlag.allCases.filter(has) }

  private func has(_ flag: MeasurementFlag) -> Bool {
    switch flag {
    case .silent: return isSilenced
    case .clipped:
      return decodedDefects.clippedSampleCount > 2 * referenceDefects.clippedSampleCount
        || decodedDefects.flatTopSampleCount > 2 * referenceDefects.flatTopSampleCount + Self.chanceFlatTopSampleCount
    case .shifted: return lag?.isShifted ?? false
    case .dcOffset: return decodedDefects.hasDCOffset && !referenceDefects.hasDCOffset
    case .level: return abs(levelDifferenceDB ?? 0) > Self.loudnessTolerance
    case .length: return abs(sampleCountDifference) > 1
    case .notFinite: return decodedDefects.nonFiniteSampleCount > 0
    }
  }

  /// By loudness; by RMS where a clip has none.
  private var levelDifferenceDB: Double? {
    if let loudnessDifferenceDB { return loudnessDifferenceDB }
    guard let reference = referenceDefects.levelDBFS, let decoded = decodedDefects.levelDBFS else { return nil }
    return decoded - reference
  }

  private static func loudness(of audio: AudioBuffer) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    try meter.add(audio)
    return meter.integratedLoudnessLUFS
  }
}

extension AudioBuffer {
  /// With 0 in place of everything that is no finite number.
  fileprivate var finite: AudioBuffer {
    AudioBuffer(channels: channels.map { $0.map { $0.isFinite ? $0 : 0 } }, sampleRateHz: sampleRateHz)
  }
}
