import ArgumentParser
import Evaluation
import ModelStore
import Sweep
import VampcKit

/// Options of `sweep` for Fréchet distances by further embeddings, in addition to the distance by the codec's latents.
struct SweepEmbeddingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Add the distance by VGGish, imported with 'vampc model import': vggish:NAME. The distance by the latents of the codec is always measured.",
      valueName: "embedding"),
    transform: { text in
      guard text.hasPrefix("vggish:"), text.count > "vggish:".count else {
        throw ValidationError("--frechet takes vggish:NAME, not '\(text)'")
      }
      return String(text.dropFirst("vggish:".count))
    })
  var frechet: String?

  @Option(
    help: ArgumentHelp(
      "Add the distance by the embedding of a command, run as COMMAND FOLDER FILE.wav…: it writes FOLDER/FILE.npy, floats [window, value], for each file. Repeatable.",
      valueName: "name=command"))
  var embeddingCommand: [NamedArgument] = []

  @Option(
    help: ArgumentHelp(
      "Statistics of originals, from 'vampc measure --save-statistics', to compare with in the distance of that name: codec, vggish or that of a command. Repeatable.",
      valueName: "name=file"))
  var referenceStatistics: [NamedArgument] = []

  private static let codec = "codec"
  private static let vggish = "vggish"

  func validate() throws {
    var names: Set<String> = [Self.codec, Self.vggish]
    for argument in embeddingCommand where !names.insert(argument.name).inserted {
      throw ValidationError("--embedding-command: there is a distance named '\(argument.name)' already")
    }
    if frechet == nil { names.remove(Self.vggish) }
    var referenced: Set<String> = []
    for argument in referenceStatistics {
      guard names.contains(argument.name) else {
        throw ValidationError("--reference-statistics: there is no distance named '\(argument.name)'")
      }
      guard referenced.insert(argument.name).inserted else {
        throw ValidationError("--reference-statistics: '\(argument.name)' is given twice")
      }
    }
  }

  /// Embeddings of all Fréchet distances that the sweep measures: the codec's latents, and the embeddings that the
  /// options add.
  ///
  /// - Throws: `ModelError` where VGGish or statistics cannot be read, `EvaluationError` where a file has no
  ///   statistics.
  func embeddings(_ library: ModelLibrary) throws -> SweepEmbeddings {
    let references = try Dictionary(
      uniqueKeysWithValues: referenceStatistics.map { ($0.name, try EmbeddingStatistics(path: $0.value)) })
    let commands = embeddingCommand.map { argument in
      SweepEmbeddings.Choice(
        name: argument.name, worksInBatches: true, reference: references[argument.name]
      ) { _, folder in
        try CommandEmbedder(command: argument.value, temporaryFolder: folder) { try Interruption.shared.check() }
      }
    }
    let vggish = try frechet.map { name in
      let file = try library.embeddingFile(named: name)
      return SweepEmbeddings.Choice(name: Self.vggish, reference: references[Self.vggish]) { models, _ in
        try VGGishEmbedder(file, context: models[0].context)
      }
    }
    return SweepEmbeddings(
      [.codec(reference: references[Self.codec])] + [vggish].compactMap(\.self) + commands)
  }
}

/// Argument `name=value`. The name of a Fréchet distance, which consists of ASCII letters, digits, hyphens and
/// underscores, becomes part of a table's column name.
struct NamedArgument: ExpressibleByArgument, Sendable {
  let name: String
  let value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
    let fits = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    guard fits, !name.isEmpty, !value.isEmpty else { return nil }
  }
}
