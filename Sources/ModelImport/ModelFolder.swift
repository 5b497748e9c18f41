import Foundation
import ModelStore
import SystemCalls

/// Folder that contains one model and nothing else.
public struct ModelFolder: Sendable {
  /// Path of the folder, without a slash at the end.
  public let path: String

  /// Names of the files that a model's folder may contain (`formats/model.md`).
  private static let knownNames: Set<String> = [
    ModelRole.codec.fileName, ModelRole.coarse.fileName, ModelRole.coarseToFine.fileName,
    ModelRole.embedding.fileName, "frontier.json",
    "sampler.json", "MODEL_CARD.md", "DATA_LICENSES.md", "SHA256SUMS",
  ]

  /// Existing folder of a model.
  ///
  /// - Throws: ``ImportError/notAModelFolder(path:found:)`` for a link or a file, for a folder with anything that does
  ///   not belong to a model, and for a folder with neither codec nor embedding network;
  ///   ``ImportError/cannotReplace(path:errorNumber:)`` if the folder cannot be read.
  public init(existing path: String) throws {
    let path = path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
    let kind = try Self.replacing(path) { () throws(SystemFailure) in
      try FileStatus(path: path, followsLinks: false).kind
    }
    guard kind == .directory else {
      throw ImportError.notAModelFolder(path: path, found: kind == .symbolicLink ? "a link" : "no folder")
    }
    let names = try Self.replacing(path) { () throws(SystemFailure) in try FileName.names(in: path) }
    for name in names.sorted() {
      let status = try? FileStatus(path: path + "/" + name, followsLinks: false)
      guard Self.knownNames.contains(name), status?.kind == .regularFile else {
        throw ImportError.notAModelFolder(path: path, found: name)
      }
    }
    guard names.contains(ModelRole.codec.fileName) || names.contains(ModelRole.embedding.fileName) else {
      throw ImportError.notAModelFolder(path: path, found: "no \(ModelRole.codec.fileName)")
    }
    self.path = path
  }

  /// Removes the folder. The folder is renamed first, so that no other program finds an incomplete model.
  ///
  /// - Throws: ``ImportError/cannotReplace(path:errorNumber:)``.
  public func remove() throws {
    let hidden = Self.hiddenPath(beside: path)
    try Self.replacing(path) { () throws(SystemFailure) in try FileName.rename(path, to: hidden) }
    try Self.replacing(hidden) { () throws(SystemFailure) in try FileName.removeTree(hidden) }
  }

  /// Creates a model's folder under a hidden name beside `path` and renames the complete folder to `path`.
  ///
  /// - Parameters:
  ///   - path: Path of the new folder; missing parent folders are created.
  ///   - replaces: Whether an existing folder of a model may be replaced.
  ///   - begin: Closure that receives the path of the hidden folder before `write` does.
  ///   - write: Closure that receives the path of the hidden folder and writes the files into the folder.
  /// - Throws: ``ImportError``, or an error of a closure. The hidden folder is then removed, and `path` stays
  ///   unchanged.
  public static func make(
    at path: String, replaces: Bool, begin: (String) throws -> Void = { _ in }, write: (String) throws -> Void
  ) throws {
    var old: ModelFolder?
    if (try? FileStatus(path: path, followsLinks: false)) != nil {
      guard replaces else { throw ImportError.exists(path: path) }
      old = try ModelFolder(existing: path)
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let hidden = hiddenPath(beside: path)
    try replacing(parent) { () throws(SystemFailure) in try FileName.makeFolders(parent) }
    try replacing(hidden) { () throws(SystemFailure) in try FileName.makeFolder(hidden) }
    do {
      try begin(hidden)
      try write(hidden)
      guard let old else {
        // Renaming fails if another program has meanwhile created anything but an empty folder at `path`.
        try replacing(path) { () throws(SystemFailure) in try FileName.rename(hidden, to: path) }
        return FileName.syncFolder(parent)
      }
      let aside = hiddenPath(beside: path)
      try replacing(path) { () throws(SystemFailure) in
        try FileName.rename(old.path, to: aside)
        do throws(SystemFailure) { try FileName.rename(hidden, to: path) } catch {
          try? FileName.rename(aside, to: old.path)
          throw error
        }
      }
      FileName.syncFolder(parent)
      try? FileName.removeTree(aside)
    } catch {
      try? FileName.removeTree(hidden)
      throw error
    }
  }

  /// Runs a system call and reports its failure as ``ImportError/cannotReplace(path:errorNumber:)`` of `path`.
  private static func replacing<Result>(_ path: String, _ call: () throws(SystemFailure) -> Result) throws -> Result {
    do throws(SystemFailure) { return try call() } catch {
      throw ImportError.cannotReplace(path: path, errorNumber: error.code)
    }
  }

  private static func hiddenPath(beside path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path + "/.vampc-"
      + String(UInt64.random(in: .min ... .max), radix: 36) + ".partial"
  }
}
