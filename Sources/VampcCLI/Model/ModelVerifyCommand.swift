import ArgumentParser
import ModelStore

/// `vampc model verify`
struct ModelVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read all of a model and check it.",
    discussion: """
      What it proves: every tensor that the networks need is there and has its shape, none is too many, every number is
      finite, and where SHA-256 were recorded at the import, the data are still those. Without a name: all models.
      """)

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Argument(help: "Names of models, or paths of their folders.")
  var models: [String] = []

  func run() throws {
    let library = Models.library()
    try InputLoop.run(models.isEmpty ? library.modelPaths() : models, name: { _ in nil }) { name in
      for file in try library.files(named: name) {
        try Interruption.shared.check()
        try file.verify()
        guard !quiet else { continue }
        let proof = file.recordedDigests == nil ? "no SHA-256 recorded" : "as their SHA-256 say"
        try Console.result(
          "\(Console.printable(file.path)): intact: \(Format.count(file.weights.tensors.count, "tensor")), \(proof)")
      }
      return .success
    }.end()
  }
}
