import Foundation
import ModelImport
import Synchronization

/// Model folders that tests import from the checkpoints of reference cases: each once a process, in a temporary folder
/// that is removed at exit.
enum ImportedReferences {
  /// Paths of model folders, by the checkpoints that they were imported from.
  private static let folders = Mutex<[[String]: String]>([:])
  private static let parent = FileManager.default.temporaryDirectory.path + "/vampc-reference-\(UUID().uuidString)"

  /// Returns the path of a folder with the model of the given checkpoints.
  ///
  /// - Throws: `ImportError`, `ModelError`.
  static func folder(name: String, checkpoints: [String], lora: String?) throws -> String {
    try folders.withLock { folders in
      let key = checkpoints + [lora ?? ""]
      if let folder = folders[key] { return folder }
      if folders.isEmpty { atexit { try? FileManager.default.removeItem(atPath: ImportedReferences.parent) } }
      let folder = "\(parent)/\(folders.count)"
      var settings = ImportSettings()
      settings.name = name
      settings.source = "random weights, made and saved with the published class"
      settings.loraPaths = lora.map { [(role: nil, path: $0)] } ?? []
      let importer = try ModelImporter(paths: checkpoints, settings: settings)
      try ModelFolder.make(at: folder, replaces: false) { try importer.write(into: $0) }
      folders[key] = folder
      return folder
    }
  }
}
