/// Defect of a decoded clip that makes its figures meaningless or that figures hide; see `ClipMeasurement.flags`.
public enum MeasurementFlag: String, CaseIterable, Sendable {
  /// Decoded clip that is silent, lies 40 dB below the reference, or is silent but for a moment, where the reference is
  /// not.
  case silent
  /// Decoded clip with flat tops, at full scale or at its own peak, more than twice as many as in the reference.
  case clipped
  /// Decoded clip whose delay exceeds `LagEstimate.alignedSeconds`.
  case shifted
  /// Decoded clip with a DC offset that the reference does not have.
  case dcOffset = "dc-offset"
  /// Decoded clip whose loudness differs from that of the reference by more than `ClipMeasurement.loudnessTolerance`.
  case level
  /// Decoded clip whose length differs from that of the reference by more than the one sample that resampling may add.
  case length
  /// Decoded clip with samples that are NaN or infinite; other figures count these samples as 0.
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
