import ArgumentParser
import Evaluation
import ModelStore
import Sweep

/// Which Fréchet distances a sweep has besides that of the codec's latents.
struct SweepEmbeddingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One of your own: run as COMMAND FOLDER FILE.wav…, it writes FOLDER/FILE.npy, [window, value], for each file. May be given several times.",
      valueName: "name=command"))
  var embeddingCommand: [NamedArgument] = []

  @Option(
    help: ArgumentHelp(
      "Compare with these statistics ('vampc measure --save-statistics') instead of the originals, for the distance of that name: codec or one of your own.",
      valueName: "name=file"))
  var referenceStatistics: [NamedArgument] = []

  private static let codec = "codec"

  func validate() throws {
    var names: Set<String> = [Self.codec]
    for argument in embeddingCommand where !names.insert(argument.name).inserted {
      throw ValidationError("--embedding-command: there is a distance named '\(argument.name)' already")
    }
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

  /// - Throws: `ModelError`, `EvaluationError` where statistics cannot be read.
  func embeddings() throws -> SweepEmbeddings {
    let references = try Dictionary(
      uniqueKeysWithValues: referenceStatistics.map { ($0.name, try EmbeddingStatistics(path: $0.value)) })
    let commands = embeddingCommand.map { argument in
      SweepEmbeddings.Choice(
        name: argument.name, worksInBatches: true, reference: references[argument.name]
      ) { _, folder in
        try CommandEmbedder(command: argument.value, temporaryFolder: folder) { try Interruption.shared.check() }
      }
    }
    return SweepEmbeddings([.codec(reference: references[Self.codec])] + commands)
  }
}

/// `name=value`, the name fit for a column.
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
