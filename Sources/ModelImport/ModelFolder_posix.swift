import Foundation
import ModelStore

/// A folder that holds one model and nothing else.
public struct ModelFolder: Sendable {
  public let path: String

  /// What may lie in a model's folder (`formats/model.md`).
  private static let knownNames: Set<String> = [
    ModelRole.codec.fileName, ModelRole.coarse.fileName, ModelRole.coarseToFine.fileName,
    ModelRole.embedding.fileName, "frontier.json",
    "MODEL_CARD.md", "DATA_LICENSES.md", "SHA256SUMS",
  ]

  /// A folder that is there.
  ///
  /// - Throws: `ImportError.notAModelFolder` for a link, for anything that holds something else than a model's files, and
  ///   for what has neither codec nor embedding network.
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

  /// Removes the folder: first out of its name, so that nobody finds half of it.
  ///
  /// - Throws: `ImportError.cannotReplace`.
  public func remove() throws {
    let hidden = Self.hiddenPath(beside: path)
    guard rename(path, hidden) == 0 else { throw ImportError.cannotReplace(path: path, errorNumber: errno) }
    do {
      try FileManager.default.removeItem(atPath: hidden)
    } catch {
      throw ImportError.cannotReplace(path: hidden, errorNumber: errno)
    }
  }

  /// Makes a model's folder: written under a hidden name beside `path` and renamed when it is complete.
  ///
  /// - Parameters:
  ///   - path: of the new folder; the folders above are made where they are missing.
  ///   - replaces: whether a model's folder that is there already may be replaced.
  ///   - begin: told the hidden folder, which is removed when anything fails.
  ///   - write: fills that folder.
  /// - Throws: `ImportError`, and what `write` throws; then `path` is what it was.
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
        // Fails where somebody has put something there in the meantime, other than an empty folder.
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

  /// Brings new names to the disk; a file system that cannot do that is none of the caller's business.
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
