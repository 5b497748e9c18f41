import SystemCalls

/// A `ReplacingFile` that an interruption removes, too.
struct OutputFile {
  private let file: ReplacingFile

  /// - Throws: `ReplacingFileError`, `Interrupted`.
  init(path: String, replaces: Bool, sources: [FileIdentity]) throws {
    file = try Interruption.shared.protecting(
      { try ReplacingFile(path: path, replaces: replaces, sources: sources) }, path: \.temporaryPath)
  }

  /// Standard output, which nobody can take back.
  init(standardOutputNamed name: String) {
    file = ReplacingFile(descriptor: StandardStream.output.rawValue, name: name)
  }

  /// Lets the file appear under its name when `body` has filled it; what `body` throws removes it.
  func complete<Result>(_ body: (ReplacingFile) throws -> Result) throws -> Result {
    do {
      let result = try body(file)
      try Interruption.shared.check()
      try Interruption.shared.release(path: file.temporaryPath) { try file.commit() }
      return result
    } catch {
      try Interruption.shared.release(path: file.temporaryPath) { file.discard() }
      throw error
    }
  }
}
