import ArgumentParser

/// Which files are read and written, for commands that make one file from another.
struct FileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file, folder for several, or - for standard output. Default: named after the input and beside it; standard output where the input is -.",
      valueName: "path"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite output files that exist.")
  var force = false

  @Flag(name: .customLong("rm"), help: "Remove each input after success. Default: keep it.")
  var removesInput = false

  @Flag(name: .shortAndLong, help: "Go into folders.")
  var recursive = false

  @Argument(help: ArgumentHelp("Input files; - is standard input.", valueName: "input"))
  var inputs: [String]

  /// For commands whose output would be named as their input.
  ///
  /// - Throws: `ValidationError` where no output is named.
  func requireOutput(of command: String) throws {
    if output == nil, inputs != ["-"] { throw ValidationError("\(command) needs -o, an output file or folder") }
  }

  func validate() throws {
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError("- can be given once") }
    if inputs.contains("") || output == "" { throw ValidationError("a file name is empty") }
    if removesInput, output == "-" { throw ValidationError("--rm needs an output file, not -o -") }
    if removesInput, inputs.contains("-") { throw ValidationError("--rm needs input files, not -") }
  }
}
