/// File format that can be written.
public enum AudioContainer: String, CaseIterable, Equatable, Sendable {
  case wav, flac, oggVorbis, aiff, w64, au, caf

  /// Creates the container for the extension of a file name; `nil` for an unknown extension.
  public init?(path: String) {
    let name = path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let found = Self.allCases.first { $0.fileExtensions.contains(name[name.index(after: dot)...].lowercased()) }
    guard let found else { return nil }
    self = found
  }

  /// File name extensions in lower case, the usual one first.
  public var fileExtensions: [String] {
    switch self {
    case .wav: ["wav", "wave", "rf64"]
    case .flac: ["flac"]
    case .oggVorbis: ["ogg", "oga"]
    case .aiff: ["aiff", "aif"]
    case .w64: ["w64"]
    case .au: ["au", "snd"]
    case .caf: ["caf"]
    }
  }
}

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
