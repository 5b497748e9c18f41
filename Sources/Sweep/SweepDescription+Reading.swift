import Foundation

extension SweepDescription {
  /// Largest accepted size of `sweep.json` in bytes: 512 MiB, enough for about a million clips.
  private static let largestByteCount = 1 << 29

  /// Reads the description of a results folder from `sweep.json`.
  ///
  /// - Throws: `SweepError.notResults`.
  public init(resultsIn folder: String) throws {
    let path = folder + "/sweep.json"
    func fault(_ reason: String) -> SweepError { .notResults(path: folder, reason: reason) }
    guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
      throw fault("no sweep.json")
    }
    guard size <= Self.largestByteCount, let data = FileManager.default.contents(atPath: path) else {
      throw fault("sweep.json cannot be read")
    }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch { throw fault("sweep.json is damaged") }
    guard format == "vampc-sweep" else { throw fault("sweep.json is something else") }
    guard formatVersion == 1 else { throw fault("sweep.json is of version \(formatVersion)") }
  }
}
