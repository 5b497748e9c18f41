import ArgumentParser
import Evaluation
import Foundation
import ModelStore
import Signal
import VampcKit

/// Options of `measure` for the Fréchet distance between two sets of clips: the embedding, and files with statistics of
/// the originals.
struct FrechetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Fréchet distance of both sets by an embedding: dac or dac:MODEL for the latents of a codec, vggish:MODEL for an imported VGGish.",
      valueName: "embedding"))
  var frechet: String?

  @Option(
    name: .customLong("embedding-command"),
    help: ArgumentHelp(
      "Fréchet distance by the embedding of a command, run as COMMAND OUT_DIR FILE.wav...: it writes OUT_DIR/FILE.npy for each file, floats [window, value].",
      valueName: "command"))
  var embeddingCommand: String?

  @Option(
    name: .customLong("save-statistics"),
    help: ArgumentHelp(
      "Write the statistics of the originals to a file, for --reference-statistics. Overwrites the file.",
      valueName: "file"), completion: .file())
  var saveStatistics: String?

  @Option(
    name: .customLong("reference-statistics"),
    help: ArgumentHelp(
      "Statistics of originals, from --save-statistics: all files are then decoded audio, and only the Fréchet distance is measured.",
      valueName: "file"), completion: .file())
  var referenceStatistics: String?

  func validate() throws {
    if frechet != nil, embeddingCommand != nil {
      throw ValidationError("--frechet and --embedding-command exclude each other")
    }
    if saveStatistics != nil, referenceStatistics != nil {
      throw ValidationError("--save-statistics and --reference-statistics exclude each other")
    }
    if saveStatistics != nil || referenceStatistics != nil, !isWanted {
      throw ValidationError("--save-statistics and --reference-statistics need --frechet or --embedding-command")
    }
    if let frechet, Self.embedding(frechet) == nil {
      throw ValidationError("--frechet takes dac, dac:MODEL or vggish:MODEL, not '\(frechet)'")
    }
  }

  var isWanted: Bool { frechet != nil || embeddingCommand != nil }

  private enum Embedding {
    case codec(model: String)
    case vggish(model: String)
  }

  private static func embedding(_ text: String) -> Embedding? {
    if text == "dac" { return .codec(model: Models.defaultName) }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "dac": return .codec(model: parts[1])
    case "vggish": return .vggish(model: parts[1])
    default: return nil
    }
  }

  /// Loads the embedder that the options name; nil where the options ask for no Fréchet distance.
  func embedder(_ machine: MachineOptions) throws -> (any ClipEmbedder)? {
    if let embeddingCommand {
      return try CommandEmbedder(
        command: embeddingCommand, temporaryFolder: TemporaryFolder.path, checkCancellation: Interruption.shared.check)
    }
    switch frechet.flatMap(Self.embedding) {
    case .codec(let name):
      return try CodecEmbedder(Model(Models.library().bundle(named: name), context: machine.context()))
    case .vggish(let name):
      return try VGGishEmbedder(Models.library().embeddingFile(named: name), context: machine.context())
    case nil: return nil
    }
  }
}

extension FrechetEstimate {
  var json: JSONObject {
    var object = JSONObject()
    object.set("distance", distance)
    object.set("interval_lower", interval?.lower)
    object.set("interval_upper", interval?.upper)
    object.set("embedding", embedding)
    object.set("dimension", dimension)
    object.set("reference_clips", referenceClipCount)
    object.set("reference_embeddings", referenceEmbeddingCount)
    object.set("decoded_clips", decodedClipCount)
    object.set("decoded_embeddings", decodedEmbeddingCount)
    return object
  }

  var text: String {
    let range =
      interval.map {
        ", 95 % interval \(Format.number($0.lower, decimals: 3)) to \(Format.number($0.upper, decimals: 3))"
      }
      ?? (decodedClipCount < Self.fewestClips ? ", too few clips for an interval" : ", too many values for an interval")
    var lines = [
      "Fréchet distance \(Format.number(distance, decimals: 3))\(range)",
      "  of \(Format.count(decodedClipCount, "clip")) (\(Format.count(decodedEmbeddingCount, "embedding"))) from "
        + "\(Format.count(referenceClipCount, "clip")) (\(Format.count(referenceEmbeddingCount, "embedding"))), "
        + "\(dimension) values each",
      "  by \(Console.printable(embedding))",
    ]
    if min(decodedEmbeddingCount, referenceEmbeddingCount) <= dimension {
      lines.append("  fewer embeddings than values: biased upwards by much, compare only with figures of these clips")
    }
    return lines.joined(separator: "\n")
  }
}
