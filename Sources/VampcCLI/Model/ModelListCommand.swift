import ArgumentParser
import ModelStore

/// Command `vampc model list`.
struct ModelListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the installed models and their folders.",
    discussion: """
      Models are listed in the order of the search: of two models with the same \
      name, the first is used. A model that cannot be opened is reported with the \
      reason, and the exit status is not 0.
      """)

  @Flag(help: "Print JSON, one key a line: an object, or an array of objects for several models.")
  var json = false

  func run() throws {
    var objects: [JSONObject] = []
    let library = Models.library()
    let worst = try InputLoop.run(library.modelPaths(), name: { _ in nil }) { path in
      let kinds = try library.files(named: path).map { file in
        [.codec, .embedding].contains(file.metadata.role)
          ? file.metadata.kind.rawValue : file.metadata.role.rawValue
      }
      var object = JSONObject()
      object.set("name", ModelFiles.folderName(of: path))
      object.set("networks", kinds)
      object.set("path", path)
      objects.append(object)
      if !json {
        let columns = [ModelFiles.folderName(of: path), kinds.joined(separator: "+"), path]
        try Console.result(columns.map(Console.printable).joined(separator: "\t"))
      }
      return .success
    }
    if json { try Console.result(objects.isEmpty ? "[]" : JSONObject.text(of: objects)) }
    try worst.end()
  }
}
