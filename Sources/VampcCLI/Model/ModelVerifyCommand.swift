import ArgumentParser
import ModelStore

/// Command `vampc model verify`.
struct ModelVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check models for damage.",
    discussion: """
      Every byte is read. The check proves: each tensor of the networks is there and \
      has its shape, there is no other tensor, all numbers are finite, and the data \
      have the SHA-256 recorded at the import. Without recorded SHA-256 the check proves \
      nothing about the values of the numbers. It never proves who made a model: \
      compare the identity that `vampc model info` prints with a published one.
      """)

  @Flag(name: .shortAndLong, help: "Print only errors.")
  var quiet = false

  @Argument(help: "Names of models, or paths of their folders. Default: all installed models.", completion: .modelNames)
  var models: [String] = []

  func run() throws {
    let library = Models.library()
    try InputLoop.run(models.isEmpty ? library.modelPaths() : models, name: { _ in nil }) { name in
      for file in try library.files(named: name) {
        try Interruption.shared.check()
        try file.verify()
        guard !quiet else { continue }
        let found =
          file.recordedDigests == nil
          ? "complete, but no SHA-256 is recorded, so this proves nothing about the numbers"
          : "intact: SHA-256 as recorded"
        try Console.result(
          "\(Console.printable(file.path)): \(found) (\(Format.count(file.weights.tensors.count, "tensor")))")
      }
      return .success
    }.end()
  }
}
