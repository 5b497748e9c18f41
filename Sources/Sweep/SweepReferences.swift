import Evaluation
import Foundation

/// The statistics that a sweep's clips are compared with instead of the originals', kept with its results.
struct SweepReferences {
  let folder: String

  private func path(_ name: String) -> String { "\(folder)/reference-\(name).safetensors" }

  /// Those of the embeddings with these names.
  ///
  /// - Throws: `ModelError`, `EvaluationError` where a file is damaged.
  func read(_ names: [String]) throws -> [String: EmbeddingStatistics] {
    var found: [String: EmbeddingStatistics] = [:]
    for name in names where FileManager.default.fileExists(atPath: path(name)) {
      found[name] = try EmbeddingStatistics(path: path(name))
    }
    return found
  }

  /// - Throws: `SweepError.cannotWrite`.
  func replace(with statistics: [String: EmbeddingStatistics], of names: [String]) throws {
    for name in names {
      let path = path(name)
      do {
        if let statistics = statistics[name] {
          try Data(statistics.encoded()).write(to: URL(fileURLWithPath: path), options: .atomic)
        } else if FileManager.default.fileExists(atPath: path) {
          try FileManager.default.removeItem(atPath: path)
        }
      } catch {
        throw SweepError.cannotWrite(path: path, reason: (error as NSError).localizedDescription)
      }
    }
  }
}
