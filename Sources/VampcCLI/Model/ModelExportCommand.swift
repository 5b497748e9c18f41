import ArgumentParser
import Foundation
import ModelImport
import ModelStore

/// Command `vampc model export`.
struct ModelExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the networks of a model as safetensors, with published tensor names and folded weights.",
    discussion: """
      EXAMPLES
        vampc model export dac-44khz                write dac-44khz/codec.safetensors
        vampc model export vampnet -o /tmp/vampnet  write codec, coarse and c2f
      """)

  @Argument(help: "Name of a model, or path of its folder.", completion: .modelNames)
  var model: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder to create. Default: the name of the model, in the current folder.", valueName: "path"),
    completion: .directory)
  var output: String?

  @OptionGroup var weights: WeightStorageOption

  @Flag(name: .shortAndLong, help: "Replace an existing folder of a model.")
  var force = false

  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if output == "" { throw ValidationError("a file name is empty") }
  }

  func run() throws {
    let files = try Models.library().files(named: model)
    let name = files[0].metadata.name
    var settings = ImportSettings()
    (settings.name, settings.storage) = (name, weights.storage)
    let importer = try ModelImporter(paths: files.map(\.path), settings: settings)
    let path = output ?? name
    try ModelCommand.make(at: path, replaces: force, from: importer, messages)
    if !messages.quiet { try Console.result(Console.printable("\(name): \(path)")) }
  }
}
