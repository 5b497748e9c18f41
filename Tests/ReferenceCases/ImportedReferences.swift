import Foundation
import ModelImport
import Synchronization

/// The model files that tests make of the cases' checkpoints: each once a process, in a folder that goes away with it.
enum ImportedReferences {
  /// Paths of model folders by what they were made of.
  private static let folders = Mutex<[[String]: String]>([:])
  private static let parent = FileManager.default.temporaryDirectory.path + "/vampc-reference-\(UUID().uuidString)"

  /// A folder with the model of these checkpoints.
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
