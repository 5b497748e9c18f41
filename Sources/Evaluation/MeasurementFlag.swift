/// Defect of a decoded clip that makes its figures meaningless or that figures hide; see `ClipMeasurement.flags`.
public enum MeasurementFlag: String, CaseIterable, Sendable {
  /// Decoded clip that is silent, lies more than 40 dB below the reference, or is silent except for a moment, while the
  /// reference is not silent.
  case silent
  /// Decoded clip that has more than twice as many samples in flat tops as the reference. Flat tops at full scale and
  /// flat tops at a channel's own peak are compared separately; 12 samples of the latter are tolerated in addition.
  case clipped
  /// Decoded clip that comes later or earlier than the reference by more than `LagEstimate.alignedSeconds`.
  case shifted
  /// Decoded clip with a DC offset, of either sign, above `SignalDefects.dcOffsetLimit`; the reference does not exceed
  /// this limit.
  case dcOffset = "dc-offset"
  /// Decoded clip whose loudness differs from the loudness of the reference by more than
  /// `ClipMeasurement.loudnessTolerance`. Where the loudness of a clip is undefined, the RMS values in dB are compared
  /// instead.
  case level
  /// Decoded clip that is longer or shorter than the reference by more than one sample, which resampling may add.
  case length
  /// Decoded clip with samples that are NaN or infinite; all other figures count these samples as 0.
  case notFinite = "not-finite"

  /// Explanation of the flag for users.
  public var explanation: String {
    switch self {
    case .silent: "silent, 40 dB below the reference, or silent but for a moment, where the reference is not"
    case .clipped: "flat tops that the reference has not"
    case .shifted: "more than 0.5 ms ahead of or behind the reference"
    case .dcOffset: "an offset of more than -50 dBFS that the reference has not"
    case .level: "more than 1 LU louder or softer than the reference"
    case .length: "longer or shorter than the reference by more than a sample"
    case .notFinite: "samples that are no finite numbers"
    }
  }
}
