import Foundation
import ModelStore
import SystemCalls
import VampcKit

/// Store of a sweep's cells and Fréchet distances: a folder that several processes may share.
struct CellStore {
  let folder: String

  /// Largest finite half-precision number.
  private static let largestHalf: Float = 65_504
  /// Revision of the measurements, part of every cell's key. The revision must change whenever equal input would give
  /// other values.
  private static let revision = 4

  /// Opens the store in a folder, which is created where it is missing.
  ///
  /// - Throws: `SweepError.cannotWrite`.
  init(creating folder: String) throws {
    self.folder = folder
    do throws(SystemFailure) { try FileName.makeFolders(folder) } catch {
      throw SweepError.cannotWrite(path: folder, reason: error.phrase)
    }
  }

  /// Computes the key of a cell: a hash of everything that the result depends on.
  ///
  /// - Parameters:
  ///   - condition: Condition of the cell.
  ///   - clip: Clip of the cell; its name and place do not change the key.
  ///   - model: Model that the condition names; nil for a condition without a model.
  ///   - opusVersion: Version of libopus, which changes the keys of Opus conditions only.
  /// - Throws: `ModelError.digestUnavailable`.
  static func key(
    _ condition: SweepCondition, of clip: SweepDescription.Clip, model: SweepDescription.UsedModel?,
    opusVersion: String
  ) throws -> String {
    let parts = [
      "vampc sweep cell \(revision)", clip.contentHash, "\(clip.sampleRateHz)", condition.identifier,
      model?.codecIdentity ?? "", condition.fill == .generate ? model?.generatorIdentity ?? "" : "",
      condition.method == .opus ? opusVersion : "",
    ]
    let hash = try SHA256()
    try hash.update((parts.joined(separator: "\n") + "\n").utf8)
    return try hash.finalised().hex
  }

  func path(_ key: String) -> String { "\(folder)/\(key).safetensors" }

  /// Whether a readable cell exists that has all embeddings with the given identifiers.
  func has(_ key: String, embeddings: [String]) -> Bool {
    guard let file = try? SafetensorsFile(path: path(key)), file.metadata["row"] != nil else { return false }
    return Set(embeddings).isSubset(of: Self.names(in: file))
  }

  /// Reads the row of a cell; nil where no readable cell exists.
  ///
  /// The caller gives the clip's name, because one cell may serve several clips with equal samples.
  func row(_ key: String, clip: String) -> SweepRow? {
    guard let file = try? SafetensorsFile(path: path(key)), let text = file.metadata["row"],
      var row = try? JSONDecoder().decode(SweepRow.self, from: Data(text.utf8))
    else { return nil }
    row.clip = clip
    return row
  }

  /// Reads the embedding with the given identifier from a cell; nil where no readable cell has the embedding. The
  /// embedding of a clip that is shorter than a window has the dimension 0.
  func embedding(_ name: String, of key: String) -> EmbeddedWindows? {
    guard let file = try? SafetensorsFile(path: path(key)), Self.names(in: file).contains(name) else { return nil }
    guard let tensor = file.tensor(named: name) else { return EmbeddedWindows(dimension: 0, values: []) }
    guard tensor.shape.count == 2, let values = try? file.floats(named: name, shape: tensor.shape) else { return nil }
    return EmbeddedWindows(dimension: tensor.shape[1], values: values)
  }

  /// Writes a cell under a temporary name and renames the file.
  ///
  /// - Throws: `ReplacingFileError`, or `EncodingError` for a row with a number that is not finite.
  func write(_ cell: SweepCell, key: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let row = String(decoding: try encoder.encode(cell.row), as: UTF8.self)
    let names = cell.embeddings.keys.sorted()
    var writer = SafetensorsWriter(metadata: ["row": row, "embeddings": names.joined(separator: "\n")])
    for name in names {
      guard let windows = cell.embeddings[name], windows.count > 0 else { continue }
      let shape = [windows.count, windows.dimension]
      // Half-precision numbers have 11 significant bits: the Fréchet distance of two sets changes by less than a
      // millionth.
      if windows.values.allSatisfy({ abs($0) <= Self.largestHalf }) {
        writer.add(name, shape: shape, halves: windows.values)
      } else {
        writer.add(name, shape: shape, floats: windows.values)
      }
    }
    try writer.write(to: path(key))
  }

  private func estimatePath(_ key: String) -> String { "\(folder)/\(key).json" }

  /// Reads a stored Fréchet distance; nil where no readable distance is stored.
  func estimate(_ key: String) -> SweepEstimate? {
    FileManager.default.contents(atPath: estimatePath(key)).flatMap {
      try? JSONDecoder().decode(SweepEstimate.self, from: $0)
    }
  }

  /// Stores a Fréchet distance.
  ///
  /// - Throws: `ReplacingFileError`, or `EncodingError` for a number that is not finite.
  func write(_ estimate: SweepEstimate, key: String) throws {
    try ReplacingFile.write(Array(try JSONEncoder().encode(estimate)), to: estimatePath(key))
  }

  private static func names(in file: SafetensorsFile) -> Set<String> {
    Set((file.metadata["embeddings"] ?? "").split(separator: "\n").map(String.init))
  }
}
