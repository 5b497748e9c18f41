import Foundation
import SystemCalls

/// List of the files below a folder, filtered by extension. Subfolders that cannot be read, and files and subfolders
/// about which the system gives no information, are listed as ``failures``.
public struct FolderListing {
  /// Subfolder that cannot be read, or file or subfolder about which the system gives no information.
  public struct Failure: Equatable, Sendable {
    /// Path relative to the folder.
    public let path: String
    /// The system's text for the error.
    public let reason: String
  }

  /// Paths of the files with a requested extension, relative to the folder and sorted by name within each folder.
  public private(set) var files: [String] = []
  /// Subfolders that cannot be read, and files and subfolders about which the system gives no information.
  public private(set) var failures: [Failure] = []
  /// Number of files that are not hidden and whose extension is not one of the requested extensions.
  public private(set) var otherFileCount = 0

  /// Extensions of the formats that ``AudioReader`` reads by itself, in lower case.
  public static let audioExtensions: Set<String> = [
    "wav", "wave", "rf64", "w64", "bwf", "flac", "ogg", "oga", "opus", "mp3", "aiff", "aif", "aifc", "au", "snd",
    "caf", "voc", "sf", "ircam", "mp2", "sd2", "wve", "xi",
  ]

  /// Extensions of the sound files that ``AudioReader`` reads through `ffmpeg`, in lower case, without the extensions
  /// of video files.
  private static let programExtensions: Set<String> = [
    "m4a", "m4b", "m4r", "aac", "adts", "ac3", "eac3", "ec3", "amr", "ape", "dff", "dsf", "dts", "dtshd", "mka", "mlp",
    "mpc", "mp+", "mpp", "ra", "shn", "spx", "tak", "thd", "tta", "weba", "wma", "wv", "xwm", "3ga",
  ]

  /// Returns the extensions of the sound files that ``AudioReader`` reads, in lower case.
  ///
  /// - Parameter ffmpegPath: Path of the program `ffmpeg` as the reader gets it; `nil` if the program must not be used.
  public static func audioExtensions(ffmpegPath: String?) -> Set<String> {
    ffmpegPath == nil ? audioExtensions : audioExtensions.union(programExtensions)
  }

  /// Lists the files below a folder. Hidden files, hidden folders and links to folders are skipped.
  ///
  /// - Parameters:
  ///   - folder: Path of the folder.
  ///   - extensions: Extensions in lower case, without the dot.
  /// - Throws: the system's error where the folder itself cannot be read; its description is the system's text.
  public init(of folder: String, extensions: Set<String>) throws {
    try list(folder, prefix: "", extensions)
  }

  private mutating func list(_ folder: String, prefix: String, _ extensions: Set<String>) throws(SystemFailure) {
    for name in try FileName.names(in: folder).sorted() where !name.hasPrefix(".") {
      let path = folder + "/" + name
      do throws(SystemFailure) {
        if try FileStatus(path: path, followsLinks: false).kind == .directory {
          try list(path, prefix: prefix + name + "/", extensions)
        } else if (try? FileStatus(path: path))?.kind == .directory {
          continue
        } else if extensions.contains(URL(fileURLWithPath: name).pathExtension.lowercased()) {
          files.append(prefix + name)
        } else {
          otherFileCount += 1
        }
      } catch {
        failures.append(Failure(path: prefix + name, reason: error.reason))
      }
    }
  }
}
