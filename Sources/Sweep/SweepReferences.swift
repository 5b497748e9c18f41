import Evaluation
import Foundation
import SystemCalls

/// Reference statistics of a sweep, stored with its results. Clips are compared with these statistics instead of the
/// originals.
struct SweepReferences {
  let folder: String

  private func path(_ name: String) -> String { "\(folder)/reference-\(name).safetensors" }

  /// Reads the statistics of the named embeddings that have a file.
  ///
  /// - Throws: `ModelError`, or `EvaluationError` where a file is damaged.
  func read(_ names: [String]) throws -> [String: EmbeddingStatistics] {
    var found: [String: EmbeddingStatistics] = [:]
    for name in names where FileManager.default.fileExists(atPath: path(name)) {
      found[name] = try EmbeddingStatistics(path: path(name))
    }
    return found
  }

  /// Stores the statistics of the embeddings in `names`, and removes the files of embeddings in `names` that have no
  /// statistics.
  ///
  /// - Throws: `ReplacingFileError`, `ModelError`, `SweepError.cannotWrite`.
  func replace(with statistics: [String: EmbeddingStatistics], of names: [String]) throws {
    for name in names {
      let path = path(name)
      if let statistics = statistics[name] {
        try ReplacingFile.write(try statistics.encoded(), to: path)
      } else if FileIdentity(path: path) != nil {
        do throws(SystemFailure) { try FileName.remove(path) } catch {
          throw SweepError.cannotWrite(path: path, reason: error.phrase)
        }
      }
    }
  }
}
