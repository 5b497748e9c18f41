import ArgumentParser
import ExplainedErrors
import Foundation
import ModelImport
import ModelStore

/// `vampc model`
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Import published networks, and look after models.",
    discussion: """
      EXAMPLES
        vampc model import codec.pth coarse.pth c2f.pth --name vampnet --licence CC-BY-NC-SA-4.0
        vampc model import weights_44khz.pth --name dac-44khz --licence MIT
        vampc model import vampnet/*.safetensors --lora my_lora.pth --name mine
        vampc model list
        vampc model verify dac-44khz
        vampc model export dac-44khz -o folder
        vampc model remove dac-44khz

      Checkpoints are read without executing anything that they hold. Models go to the user's model folder,
      $XDG_DATA_HOME/vampc/models or ~/.local/share/vampc/models, and are used by name: --model dac-44khz.
      """,
    subcommands: [
      ModelImportCommand.self, ModelListCommand.self, ModelInfoCommand.self, ModelVerifyCommand.self,
      ModelExportCommand.self, ModelRemoveCommand.self,
    ])

  /// The folder that models are imported into.
  ///
  /// - Throws: `HomeFolderError` where there is no home folder.
  static func userFolder() throws -> String {
    if let folder = ModelLibrary.userFolder(environment: ProcessInfo.processInfo.environment) { return folder }
    throw HomeFolderError()
  }

  /// Fills a folder that appears under its name when it is complete, and goes away when the program is interrupted.
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
      // What was written is a model that opens.
      _ = try ModelLibrary(folders: []).files(named: folder)
    }
  }
}

/// Lack of a home folder.
struct HomeFolderError: ExplainedError {
  var description: String { "there is no home folder to keep models in" }
  var kind: ErrorKind { .failure }
  var hint: String? { "XDG_DATA_HOME names one" }
}

/// How a model's weights are stored.
struct WeightStorageOption: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "What layer weights are stored as: f32, f16 or bf16. Default: 16 bits where the file has them, else f32. All other tensors are f32 then.",
      valueName: "type"),
    transform: { text in
      guard let storage = WeightStorage(rawValue: text) else {
        throw ValidationError("--store takes f32, f16 or bf16, not '\(text)'")
      }
      return storage
    })
  var storage: WeightStorage?
}
