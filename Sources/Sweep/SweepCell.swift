import Foundation
import ModelStore
import VampcKit

/// What one clip gave under one condition, as it is kept between runs (`formats/sweep-report.md`, "cells/").
struct SweepCell {
  var row: SweepRow
  /// By what makes the embedding; one with no windows is there, too.
  var embeddings: [String: EmbeddedWindows]
}

/// The embeddings of one signal, `[window, value]` row by row.
struct EmbeddedWindows: Equatable {
  let dimension: Int
  let values: [Float]

  var count: Int { dimension == 0 ? 0 : values.count / dimension }
}

/// The cells of a sweep, in a folder that any number of processes may share.
struct CellStore {
  let folder: String

  /// The largest number of 16 bits.
  private static let largestHalf: Float = 65_504
  /// Changes whenever the same input would be measured otherwise.
  private static let revision = 3

  /// - Throws: `SweepError.cannotWrite`.
  init(creating folder: String) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw SweepError.cannotWrite(path: folder, reason: (error as NSError).localizedDescription)
    }
  }

  /// - Parameter model: the one that the condition names.
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

  /// Whether there is a cell that can be read, with all these embeddings.
  func has(_ key: String, embeddings: [String]) -> Bool {
    guard let file = try? SafetensorsFile(path: path(key)), file.metadata["row"] != nil else { return false }
    return Set(embeddings).isSubset(of: Self.names(in: file))
  }

  /// The row of a cell; nil where there is none that can be read.
  ///
  /// The clip's name comes from the caller: the same sound may go by several.
  func row(_ key: String, clip: String) -> SweepRow? {
    guard let file = try? SafetensorsFile(path: path(key)), let text = file.metadata["row"],
      var row = try? JSONDecoder().decode(SweepRow.self, from: Data(text.utf8))
    else { return nil }
    row.clip = clip
    return row
  }

  /// One embedding of a cell; nil where there is none that can be read.
  func embedding(_ name: String, of key: String) -> EmbeddedWindows? {
    guard let file = try? SafetensorsFile(path: path(key)), Self.names(in: file).contains(name) else { return nil }
    guard let tensor = file.tensor(named: name) else { return EmbeddedWindows(dimension: 0, values: []) }
    guard tensor.shape.count == 2, let values = try? file.floats(named: name, shape: tensor.shape) else { return nil }
    return EmbeddedWindows(dimension: tensor.shape[1], values: values)
  }

  /// Puts a cell in place, whole or not at all.
  ///
  /// - Throws: `SweepError.cannotWrite`.
  func write(_ cell: SweepCell, key: String) throws {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let row = String(decoding: try encoder.encode(cell.row), as: UTF8.self)
      let names = cell.embeddings.keys.sorted()
      var writer = SafetensorsWriter(metadata: ["row": row, "embeddings": names.joined(separator: "\n")])
      for name in names {
        guard let windows = cell.embeddings[name], windows.count > 0 else { continue }
        let shape = [windows.count, windows.dimension]
        // Eleven bits: the distance of two sets moves by less than a millionth.
        if windows.values.allSatisfy({ abs($0) <= Self.largestHalf }) {
          writer.add(name, shape: shape, halves: windows.values)
        } else {
          writer.add(name, shape: shape, windows.values)
        }
      }
      try writer.write(to: path(key))
    } catch {
      throw SweepError.cannotWrite(path: path(key), reason: (error as NSError).localizedDescription)
    }
  }

  private func estimatePath(_ key: String) -> String { "\(folder)/\(key).json" }

  /// A Fréchet distance that was kept; nil where there is none that can be read.
  func estimate(_ key: String) -> SweepEstimate? {
    FileManager.default.contents(atPath: estimatePath(key)).flatMap {
      try? JSONDecoder().decode(SweepEstimate.self, from: $0)
    }
  }

  /// - Throws: `SweepError.cannotWrite`.
  func write(_ estimate: SweepEstimate, key: String) throws {
    do {
      try JSONEncoder().encode(estimate).write(to: URL(fileURLWithPath: estimatePath(key)), options: .atomic)
    } catch {
      throw SweepError.cannotWrite(path: estimatePath(key), reason: (error as NSError).localizedDescription)
    }
  }

  private static func names(in file: SafetensorsFile) -> Set<String> {
    Set((file.metadata["embeddings"] ?? "").split(separator: "\n").map(String.init))
  }
}
