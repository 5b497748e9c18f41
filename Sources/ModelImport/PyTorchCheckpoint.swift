import ModelStore
import Pickle

extension Checkpoint {
  /// Opens a checkpoint in the zip format of PyTorch 1.6 and later (`torch/serialization.py`, `_save` and `_load`).
  ///
  /// - Throws: ``ImportError``.
  init(archive: ZipArchive) throws {
    let path = archive.path
    guard let folder = Self.folder(of: archive) else {
      if archive.entries.contains(where: { $0.name.hasSuffix(".data/extern_modules") }) {
        throw ImportError.unsupportedFormat(
          path: path, format: "a torch.package, which holds code",
          remedy: "save the network with package=False, or its state_dict() with torch.save")
      }
      throw ImportError.missingEntry(path: path, entry: "data.pkl")
    }
    if archive.contains(folder + "constants.pkl") {
      throw ImportError.unsupportedFormat(
        path: path, format: "a TorchScript archive", remedy: "save the network's state_dict() with torch.save")
    }
    let pickleName = folder + "data.pkl"
    let entry = try archive.entry(named: pickleName)
    // Bytes and values of the pickle are in memory together, so its size is bounded.
    guard entry.byteCount <= archive.mapping.byteCount else {
      throw ImportError.archiveExpandsTooMuch(
        path: path, byteCount: entry.byteCount, allowed: archive.mapping.byteCount)
    }
    let bytes = try EntryContent(entry, of: archive).bytes()
    let document: PickleDocument
    do {
      document = try PyTorchPickle.reader(fileByteCount: archive.mapping.byteCount).read(bytes)
    } catch let error as PickleError {
      throw ImportError.pickle(path: path, entry: pickleName, error)
    }
    let reader = PyTorchPickle(
      archive: archive, folder: folder, entry: pickleName, isBigEndian: try Self.isBigEndian(archive, folder))
    let content = try reader.content(of: document.root)
    try self.init(
      path: path, fileByteCount: archive.mapping.byteCount, tensors: content.tensors, notes: content.notes,
      storages: StorageReader(archive))
  }

  /// Name, with a slash at the end, of the only top-level folder that contains a `data.pkl`; nil if there is no such
  /// folder, or more than one.
  private static func folder(of archive: ZipArchive) -> String? {
    let suffix = "/data.pkl"
    let names = archive.entries.map(\.name).filter { name in
      name.hasSuffix(suffix) && name.count { $0 == "/" } == 1
    }
    return names.count == 1 ? String(names[0].dropLast(suffix.count - 1)) : nil
  }

  private static func isBigEndian(_ archive: ZipArchive, _ folder: String) throws -> Bool {
    let name = folder + "byteorder"
    // Before PyTorch 2.1 checkpoints had no such entry and were little-endian.
    guard archive.contains(name) else { return false }
    let entry = try archive.entry(named: name)
    let text = entry.byteCount > 16 ? "" : String(decoding: try EntryContent(entry, of: archive).bytes(), as: UTF8.self)
    switch text {
    case "little": return false
    case "big": return true
    default:
      throw ImportError.malformedCheckpoint(
        path: archive.path, entry: name, reason: "neither little nor big", byteOffset: 0)
    }
  }
}
