/// Format of an audio file that ``AudioWriter`` can write.
public enum AudioContainer: String, CaseIterable, Equatable, Sendable {
  case wav, flac, oggVorbis, aiff, w64, au, caf

  /// Creates the container for the extension of a path's file name; `nil` for no extension or an unknown extension.
  public init?(path: String) {
    let name = path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let found = Self.allCases.first { $0.fileExtensions.contains(name[name.index(after: dot)...].lowercased()) }
    guard let found else { return nil }
    self = found
  }

  /// File name extensions in lower case, without the dot, the usual one first.
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
