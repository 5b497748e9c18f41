import ArgumentParser
import ModelImport
import ModelStore

/// Command `vampc model remove`.
struct ModelRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove models from the user's model folder.",
    discussion: """
      Models are removed without a question, but only from the user's model folder, \
      and only if their folder has no other files. Models that come with vampc, and \
      models in other folders, are never removed.
      """)

  @Flag(name: .shortAndLong, help: "Print only errors.")
  var quiet = false

  @Argument(help: "Names of the models to remove.", completion: .modelNames)
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
