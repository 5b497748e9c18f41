import Foundation
import Sweep

/// The sounds that a sweep left to be listened to: `CLIP/CONDITION.flac` by clip name and condition identifier.
public struct ListeningFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The sound of a clip under a condition; nil where there is none.
  func file(clip: SweepDescription.Clip, condition: SweepCondition) -> String? {
    // Names that lead elsewhere, which a sweep does not write, name no file of this folder.
    let names = [clip.name, condition.identifier]
    guard names.allSatisfy({ !$0.contains("/") && !$0.contains("\0") && $0 != "." && $0 != ".." && !$0.isEmpty }) else {
      return nil
    }
    let file = "\(path)/\(clip.name)/\(condition.identifier).flac"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }
}
