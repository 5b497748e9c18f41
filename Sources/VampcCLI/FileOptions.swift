import ArgumentParser

/// Options for inputs and outputs of commands that make an output file from each input file.
struct FileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file, folder for several inputs, or - for standard output. Default: beside each input, under its name; standard output where the input is -.",
      valueName: "path"), completion: .file())
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite existing output files.")
  var force = false

  @Flag(name: .customLong("rm"), help: "Remove each input, a regular file, once its output is on the disk.")
  var removesInput = false

  @Flag(name: .shortAndLong, help: "Take the files of folders, subfolders included.")
  var recursive = false

  @Argument(help: ArgumentHelp("Input files; - is standard input.", valueName: "input"), completion: .file())
  var inputs: [String]

  /// Destination of outputs: the path of `-o`, or `-` where the path leads to standard output by another name. Nil
  /// without `-o`.
  var target: String? { output.map(FilePlan.target) }

  /// Requires `-o` for a command whose default output would have the name of its input, unless the only input is
  /// standard input.
  ///
  /// - Throws: `ValidationError` where `-o` is required and missing.
  func requireOutput(of command: String) throws {
    if output == nil, inputs != ["-"] { throw ValidationError("\(command) needs -o, an output file or folder") }
  }

  func validate() throws {
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError("- can be given only once") }
    if inputs.contains("") || output == "" { throw ValidationError("a file name is empty") }
    if removesInput, let output, target == "-" || FilePlan.isSpecialFile(output) {
      throw ValidationError("--rm needs an output file, not -o \(output)")
    }
    if removesInput, inputs.contains("-") { throw ValidationError("--rm needs input files, not -") }
  }
}
