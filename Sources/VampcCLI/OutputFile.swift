import SystemCalls

/// Output file that gets its name when it is complete, and that an interruption removes before.
struct OutputFile {
  private let file: ReplacingFile

  /// Creates the file under a temporary name.
  ///
  /// - Throws: `ReplacingFileError`, `Interrupted`.
  init(path: String, replaces: Bool, sources: [FileIdentity]) throws {
    file = try Interruption.shared.protecting(
      { try ReplacingFile(path: path, replaces: replaces, sources: sources) }, path: \.temporaryPath)
  }

  /// Standard output, from which nothing can be removed.
  init(standardOutputNamed name: String) {
    file = ReplacingFile(descriptor: StandardStream.output.rawValue, name: name)
  }

  /// Renames the file to its final name after `body` has written it. An error of `body` removes the file.
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
