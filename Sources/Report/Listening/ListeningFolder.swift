import Foundation
import Sweep

/// Folder of audio that a sweep stored for listening: `CLIP/CONDITION.flac` by clip name and condition identifier.
public struct ListeningFolder: Sendable {
  /// Path of the folder: `audio` in a sweep's results.
  public let path: String

  /// Folder at `path`, which may lack files; nothing is created on disk.
  public init(path: String) { self.path = path }

  /// Path of the audio of a clip under a condition; nil where the file does not exist.
  func file(clip: SweepDescription.Clip, condition: SweepCondition) -> String? {
    // A sweep never writes names that lead out of the folder; such names have no file.
    let names = [clip.name, condition.identifier]
    guard names.allSatisfy({ !$0.contains("/") && !$0.contains("\0") && $0 != "." && $0 != ".." && !$0.isEmpty }) else {
      return nil
    }
    let file = "\(path)/\(clip.name)/\(condition.identifier).flac"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }
}
