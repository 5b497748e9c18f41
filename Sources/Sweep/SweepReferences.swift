import Evaluation
import Foundation

/// Reference statistics of a sweep, stored with its results. Clips are compared with these statistics instead of the
/// originals.
struct SweepReferences {
  let folder: String

  private func path(_ name: String) -> String { "\(folder)/reference-\(name).safetensors" }

  /// Reads the statistics of the named embeddings, where stored.
  ///
  /// - Throws: `ModelError`, or `EvaluationError` where a file is damaged.
  func read(_ names: [String]) throws -> [String: EmbeddingStatistics] {
    var found: [String: EmbeddingStatistics] = [:]
    for name in names where FileManager.default.fileExists(atPath: path(name)) {
      found[name] = try EmbeddingStatistics(path: path(name))
    }
    return found
  }

  /// Stores the given statistics and removes the files of other named embeddings.
  ///
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
