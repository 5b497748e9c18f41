import Foundation
import ModelStore

/// Folder that contains one model and nothing else.
public struct ModelFolder: Sendable {
  /// Path of the folder.
  public let path: String

  /// Names of the files that a model's folder may contain (`formats/model.md`).
  private static let knownNames: Set<String> = [
    ModelRole.codec.fileName, ModelRole.coarse.fileName, ModelRole.coarseToFine.fileName,
    ModelRole.embedding.fileName, "frontier.json",
    "MODEL_CARD.md", "DATA_LICENSES.md", "SHA256SUMS",
  ]

  /// Existing folder of a model.
  ///
  /// - Throws: ``ImportError/notAModelFolder(path:found:)`` for a link, for a folder with other files than a model's,
  ///   and for a folder with neither codec nor embedding network.
  public init(existing path: String) throws {
    let path = path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
    var status = stat()
    guard lstat(path, &status) == 0 else { throw ImportError.cannotReplace(path: path, errorNumber: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let kind = status.st_mode & S_IFMT == S_IFLNK ? "a link" : "no folder"
      throw ImportError.notAModelFolder(path: path, found: kind)
    }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw ImportError.cannotReplace(path: path, errorNumber: EACCES)
    }
    for name in names.sorted() {
      guard Self.knownNames.contains(name), lstat(path + "/" + name, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { throw ImportError.notAModelFolder(path: path, found: name) }
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
    guard rename(path, hidden) == 0 else { throw ImportError.cannotReplace(path: path, errorNumber: errno) }
    do {
      try FileManager.default.removeItem(atPath: hidden)
    } catch {
      throw ImportError.cannotReplace(path: hidden, errorNumber: errno)
    }
  }

  /// Creates a model's folder under a hidden name beside `path` and renames the complete folder to `path`.
  ///
  /// - Parameters:
  ///   - path: Path of the new folder; missing parent folders are created.
  ///   - replaces: Whether an existing folder of a model may be replaced.
  ///   - begin: Closure that receives the path of the hidden folder, which is removed on failure.
  ///   - write: Closure that writes the files into the hidden folder.
  /// - Throws: ``ImportError``, or an error of a closure. `path` then stays unchanged.
  public static func make(
    at path: String, replaces: Bool, begin: (String) throws -> Void = { _ in }, write: (String) throws -> Void
  ) throws {
    func failed(_ path: String) -> ImportError { .cannotReplace(path: path, errorNumber: errno) }
    var status = stat()
    var old: ModelFolder?
    if lstat(path, &status) == 0 {
      guard replaces else { throw ImportError.exists(path: path) }
      old = try ModelFolder(existing: path)
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch { throw ImportError.cannotReplace(path: parent, errorNumber: errno) }
    let hidden = hiddenPath(beside: path)
    guard mkdir(hidden, 0o777) == 0 else { throw failed(hidden) }
    do {
      try begin(hidden)
      try write(hidden)
      guard let old else {
        // Renaming fails if another program has meanwhile created anything but an empty folder at `path`.
        guard rename(hidden, path) == 0 else { throw failed(path) }
        return syncFolder(parent)
      }
      let aside = hiddenPath(beside: path)
      guard rename(old.path, aside) == 0 else { throw failed(path) }
      guard rename(hidden, path) == 0 else {
        let fault = failed(path)
        _ = rename(aside, old.path)
        throw fault
      }
      syncFolder(parent)
      try? FileManager.default.removeItem(atPath: aside)
    } catch {
      try? FileManager.default.removeItem(atPath: hidden)
      throw error
    }
  }

  /// Flushes the names in a folder to disk. Errors are ignored, because some file systems do not support flushing.
  private static func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }

  private static func hiddenPath(beside path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path + "/.vampc-"
      + String(UInt64.random(in: .min ... .max), radix: 36) + ".partial"
  }
}
