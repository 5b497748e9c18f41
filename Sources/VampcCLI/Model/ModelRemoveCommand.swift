import ArgumentParser
import ModelImport
import ModelStore

/// `vampc model remove`
struct ModelRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove models from the user's model folder.",
    discussion: """
      It does not ask. Only folders that hold a model and nothing else are removed, and only from the user's model folder:
      models that came with vampc, or that lie elsewhere, stay.
      """)

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Argument(help: "Names of models.")
  var names: [String]

  func run() throws {
    let folder = try ModelCommand.userFolder()
    try InputLoop.run(names, name: { _ in nil }) { name in
      try ModelCommand.remove(name, from: folder)
      if !quiet { try Console.result("\(name): removed") }
      return .success
    }.end()
  }
}

extension ModelCommand {
  fileprivate static func remove(_ name: String, from folder: String) throws {
    guard ModelLibrary.isModelName(name) else { throw ModelError.invalidModelName(name: name) }
    guard ModelLibrary(folders: [folder]).modelPaths().contains(folder + "/" + name) else {
      throw ModelError.modelNotFound(name: name, searched: [folder])
    }
    try ModelFolder(existing: folder + "/" + name).remove()
  }
}
