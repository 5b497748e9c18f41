import ArgumentParser

/// Options of `encode` for its results: JSON and the manifest.
struct EncodeResultOptions: ParsableArguments {
  @Flag(help: "Print JSON, one key a line: an object, or an array of objects for several files.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "CSV file that gets a row for each encoded file: file, output, seconds, bytes, rate, generated share, time taken. A later run leaves out the files that it lists.",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var manifest: String?

  /// Checks the options against the options for messages and for the format of the output.
  ///
  /// - Throws: `ValidationError`.
  func check(_ messages: MessageOptions, output: FileFormatOptions) throws {
    if json, messages.quiet { throw ValidationError("--json and -q exclude each other") }
    if manifest == "" { throw ValidationError("the file name of --manifest is empty") }
    guard output.format == .dac else { return }
    if json { throw ValidationError("--json has no figures of --format dac") }
    if manifest != nil { throw ValidationError("--manifest has no figures of --format dac") }
  }
}
