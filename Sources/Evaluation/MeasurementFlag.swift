/// A fault that makes a clip's figures meaningless or that figures hide; see `ClipMeasurement.flags`.
public enum MeasurementFlag: String, CaseIterable, Sendable {
  /// The decoded clip is silent, 40 dB below the reference, or silent but for a moment, where the reference is not.
  case silent
  /// The decoded clip has flat tops, at full scale or at its own peak, and more than twice as many as the reference.
  case clipped
  /// The decoded clip is out of step with the reference by more than `LagEstimate.alignedSeconds`.
  case shifted
  /// The decoded clip has an offset, the reference has none.
  case dcOffset = "dc-offset"
  /// The loudness differs by more than `ClipMeasurement.loudnessTolerance`.
  case level
  /// The length differs by more than the one sample that conversions of the rate may round to.
  case length
  /// The decoded clip holds values that are no finite numbers; they count as 0.
  case notFinite = "not-finite"

  /// What it says, for people.
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
