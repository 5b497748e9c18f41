import SystemCalls

/// Output file that gets its name when it is complete; an interruption removes the incomplete file.
struct OutputFile {
  private let file: ReplacingFile

  /// Creates the file under a temporary name; a device or a named pipe is opened instead.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - replaces: Whether an existing file may be replaced.
  ///   - input: Path of the input from which the file is made, `-` for standard input; the file gets its permissions. Nil
  ///     for the permissions that new files have.
  ///   - sources: Input files that must not be overwritten, in addition to `input`.
  /// - Throws: `ReplacingFileError`, `Interrupted`.
  init(path: String, replaces: Bool, madeFrom input: String?, sources: [FileIdentity] = []) throws {
    let status = input.flatMap(FileStatus.init(input:))
    let sources = sources + (status.map { [$0.identity] } ?? [])
    file = try Interruption.shared.protecting(
      { try ReplacingFile(path: path, replaces: replaces, sources: sources, fromInput: status) },
      path: \.temporaryPath)
  }

  /// Standard output, named `name` in errors. Bytes that are written cannot be removed.
  init(standardOutputNamed name: String) {
    file = ReplacingFile(descriptor: StandardStream.output.rawValue, name: name)
  }

  /// Passes the file to `body`, and gives the file its final name when `body` has written it. An error of `body`
  /// removes the file.
  ///
  /// - Throws: errors of `body`; `ReplacingFileError`; `Interrupted` after a signal.
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
