import ArgumentParser
import ExplainedErrors
import Foundation
import ModelImport
import ModelStore

/// Command `vampc model`.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Import published networks, and manage models.",
    discussion: """
      EXAMPLES
        vampc model import codec.pth coarse.pth c2f.pth --name vampnet \\
            --licence CC-BY-NC-SA-4.0           import three networks
        vampc model import weights_44khz.pth --name dac-44khz --licence MIT
                                                import DAC's own codec
        vampc model import vampnet/*.safetensors --lora my_lora.pth --name mine
                                                fold in a fine-tune
        vampc model list                        list all models
        vampc model verify dac-44khz            check the files of a model
        vampc model export dac-44khz -o folder  copy a model to a folder
        vampc model remove dac-44khz            delete a model

      Checkpoints are read without executing anything in them. Models are stored in \
      the user's model folder, $XDG_DATA_HOME/vampc/models or \
      ~/.local/share/vampc/models. --model dac-44khz selects one by its name.
      """,
    subcommands: [
      ModelImportCommand.self, ModelListCommand.self, ModelInfoCommand.self, ModelVerifyCommand.self,
      ModelExportCommand.self, ModelRemoveCommand.self,
    ])

  /// Path of the folder that models are imported into.
  ///
  /// - Throws: `HomeFolderError` where there is no home folder.
  static func userFolder() throws -> String {
    if let folder = ModelLibrary.userFolder(environment: ProcessInfo.processInfo.environment) { return folder }
    throw HomeFolderError()
  }

  /// Writes the model of `importer` into the folder `path`. The folder gets its name when the model is complete; an
  /// interruption removes the incomplete folder.
  ///
  /// - Parameters:
  ///   - path: Path of the folder.
  ///   - replaces: Whether an existing folder of a model may be replaced.
  ///   - importer: Importer of the model's networks.
  ///   - messages: Options that decide whether a progress line is shown.
  static func make(at path: String, replaces: Bool, from importer: ModelImporter, _ messages: MessageOptions) throws {
    var hidden: String?
    defer { try? Interruption.shared.release(path: hidden) {} }
    try ModelFolder.make(at: path, replaces: replaces) { folder in
      hidden = folder
      _ = try Interruption.shared.protecting({ folder }, path: { $0 })
    } write: { folder in
      var shownPercent = -1
      try importer.write(into: folder) { share in
        try Interruption.shared.check()
        let percent = Int(share * 100)
        guard messages.showsProgress, percent != shownPercent else { return }
        shownPercent = percent
        Console.progress("\(importer.name): writing, \(percent) %")
      }
      Console.progress(nil)
      // Reads the result once, so that a folder that cannot be opened never gets its name.
      _ = try ModelLibrary(folders: []).files(named: folder)
    }
  }
}

/// Error where there is no home folder, and therefore no folder for imported models.
struct HomeFolderError: ExplainedError {
  var description: String { "there is no home folder to keep models in" }
  var kind: ErrorKind { .failure }
  var hint: String? { "XDG_DATA_HOME names one" }
}

/// Option `--store`: element type in which the weights of a model are stored.
struct WeightStorageOption: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "Element type of layer weights: f32, f16 or bf16. All other tensors become f32. Default: 16 bits where the checkpoint has 16, else f32.",
      valueName: "type"),
    transform: { text in
      guard let storage = WeightStorage(rawValue: text) else {
        throw ValidationError("--store takes f32, f16 or bf16, not '\(text)'")
      }
      return storage
    })
  var storage: WeightStorage?
}
