/// File formats that can be written.
public enum AudioContainer: String, CaseIterable, Equatable, Sendable {
  case wav, flac, oggVorbis, aiff, w64, au, caf

  /// The container that a file name's extension stands for; `nil` for an unknown one.
  public init?(path: String) {
    let name = path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let found = Self.allCases.first { $0.fileExtensions.contains(name[name.index(after: dot)...].lowercased()) }
    guard let found else { return nil }
    self = found
  }

  /// Extensions in lower case, the usual one first.
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

/// How precisely samples are written; Ogg Vorbis, which has no samples, ignores it.
public enum AudioSampleFormat: String, CaseIterable, Equatable, Sendable {
  /// 16 bit with TPDF dither.
  case int16
  /// 24 bit, rounded.
  case int24
  /// 32-bit float as computed, beyond full scale, too.
  case float32

  public var byteCount: Int {
    switch self {
    case .int16: 2
    case .int24: 3
    case .float32: 4
    }
  }
}
