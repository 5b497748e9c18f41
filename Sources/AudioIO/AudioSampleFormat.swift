/// Format of the written samples; ignored for Ogg Vorbis, which stores no samples.
public enum AudioSampleFormat: String, CaseIterable, Equatable, Sendable {
  /// 16-bit integers with TPDF dither.
  case int16
  /// 24-bit integers, rounded.
  case int24
  /// 32-bit floats without change, also beyond full scale.
  case float32

  /// Number of bytes of one sample.
  public var byteCount: Int {
    switch self {
    case .int16: 2
    case .int24: 3
    case .float32: 4
    }
  }
}
