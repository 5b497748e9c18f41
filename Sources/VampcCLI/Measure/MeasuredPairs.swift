import AudioIO
import ExplainedErrors
import Foundation

/// Pairs of an original and a decoded file that `measure` compares.
struct MeasuredPairs {
  struct Pair {
    let reference: String
    let decoded: String
    /// Name of the pair in tables and in sets of clips: for two folders, the common path relative to the folder,
    /// without extension; otherwise the path of the decoded file.
    let name: String
  }

  let pairs: [Pair]

  /// Reason why the arguments do not form pairs of files.
  enum Fault: ExplainedError, Equatable {
    case notInPairs(count: Int)
    case folderBesideFile(path: String)
    case folderAmongSeveral(path: String)
    case unmatched([String], folder: String, other: String)
    case sameStem(path: String, other: String)
    case noAudio(folder: String)
    case unreadableFolder(path: String)

    var subject: ErrorSubject? {
      switch self {
      case .notInPairs: .option("file")
      case .folderBesideFile(let path), .folderAmongSeveral(let path), .sameStem(let path, _),
        .unreadableFolder(let path):
        .file(path)
      case .unmatched(_, let folder, _), .noAudio(let folder): .file(folder)
      }
    }

    var kind: ErrorKind {
      switch self {
      case .notInPairs, .folderBesideFile, .folderAmongSeveral: .usage
      case .unmatched, .sameStem, .noAudio, .unreadableFolder: .failure
      }
    }

    var description: String {
      switch self {
      case .notInPairs(let count):
        "\(count) files do not pair: give all originals, then as many decoded files, or two folders"
      case .folderBesideFile(let path): "\(path) is a folder, its counterpart is not"
      case .folderAmongSeveral(let path): "\(path) is a folder: give two folders, or only files"
      case .unmatched(let stems, let folder, let other):
        "\(folder) has no counterpart in \(other) for " + stems.prefix(5).joined(separator: ", ")
          + (stems.count > 5 ? " and \(stems.count - 5) more" : "")
      case .sameStem(let path, let other): "\(path) and \(other) differ only in their extension"
      case .noAudio(let folder): "\(folder): no audio files in this folder"
      case .unreadableFolder(let path): "\(path): cannot read the folder"
      }
    }
  }

  /// Pairs from an original and a decoded file, from a folder of originals and a folder of decoded files (matched by
  /// their paths relative to the folder, without extension), or from a list of originals followed by an equally long
  /// list of decoded files.
  init(_ paths: [String]) throws(Fault) {
    if paths.count == 2, paths.contains(where: FilePlan.isFolder) {
      if let file = paths.first(where: { !FilePlan.isFolder($0) }) {
        throw .folderBesideFile(path: paths.first { $0 != file } ?? file)
      }
      let (references, decoded) = (try Self.stems(in: paths[0]), try Self.stems(in: paths[1]))
      for (found, other, folders) in [(references, decoded, paths), (decoded, references, paths.reversed())] {
        let unmatched = Set(found.keys).subtracting(other.keys)
        guard unmatched.isEmpty else { throw .unmatched(unmatched.sorted(), folder: folders[0], other: folders[1]) }
      }
      pairs = references.sorted { $0.key < $1.key }.compactMap { stem, path in
        decoded[stem].map { Pair(reference: path, decoded: $0, name: stem) }
      }
      return
    }
    if let folder = paths.first(where: FilePlan.isFolder) { throw .folderAmongSeveral(path: folder) }
    guard paths.count >= 2, paths.count % 2 == 0 else { throw .notInPairs(count: paths.count) }
    let half = paths.count / 2
    pairs = (0..<half).map { Pair(reference: paths[$0], decoded: paths[half + $0], name: paths[half + $0]) }
  }

  /// Audio files of a single set of clips. In `paths`, a folder stands for all audio files in it.
  static func files(_ paths: [String]) throws(Fault) -> [String] {
    var files: [String] = []
    for path in paths {
      files += FilePlan.isFolder(path) ? try stems(in: path).sorted { $0.key < $1.key }.map(\.value) : [path]
    }
    return files
  }

  /// Paths of the audio files in a folder and its subfolders. The key is the path relative to the folder, without
  /// extension.
  private static func stems(in folder: String) throws(Fault) -> [String: String] {
    guard let listing = try? FolderListing(of: folder, extensions: FolderListing.audioExtensions) else {
      throw .unreadableFolder(path: folder)
    }
    for failure in listing.failures { Console.warning("\(folder)/\(failure.path): cannot read: \(failure.reason)") }
    guard !listing.files.isEmpty else { throw .noAudio(folder: folder) }
    var stems: [String: String] = [:]
    for name in listing.files {
      let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
      let path = folder + "/" + name
      if let other = stems.updateValue(path, forKey: stem) { throw .sameStem(path: other, other: path) }
    }
    return stems
  }
}
