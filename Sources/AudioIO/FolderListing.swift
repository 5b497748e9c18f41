import Foundation
import SystemCalls

/// List of the files below a folder, filtered by extension.
public enum FolderListing {
  /// Extensions of the formats that ``AudioReader`` reads, in lower case.
  public static let audioExtensions: Set<String> = [
    "wav", "wave", "rf64", "w64", "bwf", "flac", "ogg", "oga", "opus", "mp3", "aiff", "aif", "aifc", "au", "snd",
    "caf", "voc", "sf", "ircam", "mp2", "sd2", "wve", "xi",
  ]

  /// Returns the paths of files relative to the folder, sorted by name within each folder. Hidden files and links to
  /// folders are skipped.
  ///
  /// - Parameters:
  ///   - folder: Path of the folder.
  ///   - extensions: Extensions in lower case, without the dot.
  /// - Throws: the system's error for a folder that cannot be read; its description is the system's text.
  public static func files(in folder: String, extensions: Set<String>) throws -> [String] {
    var found: [String] = []
    for name in try FileName.names(in: folder).sorted() where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if try FileStatus(path: path, followsLinks: false).kind == .directory {
        found += try files(in: path, extensions: extensions).map { name + "/" + $0 }
      } else if !isFolder(path), extensions.contains(URL(fileURLWithPath: name).pathExtension.lowercased()) {
        found.append(name)
      }
    }
    return found
  }

  private static func isFolder(_ path: String) -> Bool { (try? FileStatus(path: path))?.kind == .directory }
}
