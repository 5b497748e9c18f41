/// Defect of a decoded clip that makes its figures meaningless or that figures hide; see `ClipMeasurement.flags`.
public enum MeasurementFlag: String, CaseIterable, Sendable {
  /// Decoded clip that is silent, lies more than 40 dB below the reference, or is silent except for a moment, while the
  /// reference is not silent.
  case silent
  /// Decoded clip with more than twice as many samples in flat tops, at full scale or at a channel's own peak, as the
  /// reference has.
  case clipped
  /// Decoded clip whose delay exceeds `LagEstimate.alignedSeconds`.
  case shifted
  /// Decoded clip with a DC offset above `SignalDefects.dcOffsetLimit`, which the reference does not exceed.
  case dcOffset = "dc-offset"
  /// Decoded clip whose loudness differs from the reference's by more than `ClipMeasurement.loudnessTolerance`.
  case level
  /// Decoded clip that is longer or shorter than the reference by more than one sample, which resampling may add.
  case length
  /// Decoded clip with samples that are NaN or infinite; all other measurements count these samples as 0.
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
