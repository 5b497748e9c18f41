import Evaluation
import ModelStore

extension FuzzTarget {
  /// Reader of embedding statistics; the input is that of the target `safetensors`.
  public static let statistics = FuzzTarget(name: "statistics") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let folder = try FuzzFolder()
    let path = try folder.write(mode & 1 == 1 ? HeaderRepair.repaired(rest) : rest)
    let statistics: EmbeddingStatistics
    do {
      statistics = try EmbeddingStatistics(path: path)
    } catch is ModelError {
      return
    } catch is EvaluationError {
      return
    }
    let again = try folder.write(try statistics.encoded(), to: "again")
    try require(try EmbeddingStatistics(path: again) == statistics, "what is written is read otherwise")
  }
}
