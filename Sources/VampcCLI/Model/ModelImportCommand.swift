import ArgumentParser
import Foundation
import ModelImport
import ModelStore

/// Command `vampc model import`.
struct ModelImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a model from published checkpoints.",
    discussion: """
      EXAMPLES
        vampc model import codec.pth coarse.pth c2f.pth --name vampnet \\
            --licence CC-BY-NC-SA-4.0  import three networks
        vampc model import weights.pth --config arguments.json --name mine
                    read the arguments from a file
        vampc model import codec.pth coarse.pth --lora tuned.pth --name tuned
                    fold in a fine-tune

      Files are PyTorch checkpoints (version 1.6 or later) or safetensors, one for \
      each network: a codec (DAC or LAC), optionally with VampNet's coarse and \
      coarse-to-fine transformers; or VGGish alone, for 'vampc measure'. The content \
      of a file decides which network it is. Weight normalisation and LoRA \
      fine-tunes are folded into the weights. Nothing in a file is executed.
      """)

  @Argument(help: ArgumentHelp("Checkpoints, one for each network.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(help: "Name of the model. Default: the name of the codec's file without extension.")
  var name: String?

  @OptionGroup var weights: WeightStorageOption

  @Option(
    help: ArgumentHelp(
      "LoRA fine-tune to fold in, with coarse= or c2f= in front if it fits both transformers. Repeatable.",
      valueName: "file"), completion: .file())
  var lora: [String] = []

  @Option(
    help: ArgumentHelp(
      "JSON file with the arguments of a network whose checkpoint has none. Repeatable, in the order of the checkpoints.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      "Licence of the weights, an SPDX identifier. Default: that of the checkpoint.", valueName: "licence"))
  var licence: String?

  @Option(help: ArgumentHelp("Origin of the weights.", valueName: "text"))
  var source: String?

  @Flag(name: .shortAndLong, help: "Replace an existing model of that name.")
  var force = false

  @OptionGroup var messages: MessageOptions

  func run() throws {
    var settings = ImportSettings()
    (settings.name, settings.storage) = (name, weights.storage)
    (settings.configurationPaths, settings.licence, settings.source) = (config, licence, source)
    settings.loraPaths = lora.map(Self.lora)
    let importer = try ModelImporter(paths: files, settings: settings)
    let path = try ModelCommand.userFolder() + "/" + importer.name
    try ModelCommand.make(at: path, replaces: force, from: importer, messages)
    guard !messages.quiet else { return }
    let contents = importer.contents.map {
      "\($0.path): \($0.kind.rawValue) \($0.role.rawValue), \(Format.millions($0.parameterCount)) parameters"
    }
    try Console.result((contents + ["\(importer.name): \(path)"]).map(Console.printable).joined(separator: "\n"))
  }

  /// Transformer and path of an argument of `--lora`: `coarse=FILE`, `c2f=FILE` or `FILE`. The role is nil where the
  /// argument names no transformer.
  private static func lora(_ text: String) -> (role: ModelRole?, path: String) {
    for role in [ModelRole.coarse, .coarseToFine] where text.hasPrefix(role.rawValue + "=") {
      return (role, String(text.dropFirst(role.rawValue.count + 1)))
    }
    return (nil, text)
  }
}
