import ArgumentParser
import Bitstream
import Foundation
import NumPy
import SystemCalls
import Tokens

/// Command `vampc tokens`.
struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "Write the tokens of streams as NumPy arrays, and make streams of such arrays.",
    discussion: """
      EXAMPLES
        vampc tokens song.vampc                     write song.npy and song.json
        vampc tokens --stream 2 -o b.npy two.vampc  write the second stream
        vampc tokens --from-tokens song.npy         make song.vampc from both files
        vampc tokens --header song.json - < song.vampc > song.npy
                                                    write to standard output

      The array is int32 with the axes [channel, codebook, frame]; -1 stands for a \
      token that the stream does not store. The header is a JSON object with \
      everything else that the stream holds: codec, generator, kept codebooks, \
      gains, sampler, tags, length, blocks. python/README.md defines both.

      Array and header give the same stream again, byte for byte where vampc wrote \
      it. To make a stream of changed tokens, remove 'token_hash' from the header; \
      without 'blocks', blocks are cut anew. No model is needed, and nothing is \
      decoded.
      """)

  @Flag(help: "Make streams of arrays: each input is an array, song.npy becomes song.vampc.")
  var fromTokens = false

  @Option(
    help: ArgumentHelp(
      "JSON header, written beside an array or, with --from-tokens, read; - is standard output or input. Default: the array's name with .json in place of .npy.",
      valueName: "file"), completion: .file())
  var header: String?

  @Option(
    help: ArgumentHelp(
      "Stream to take from a file with several, 1 for the first. Default: the only stream.", valueName: "number"))
  var stream: Int?

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.") var quiet = false

  @OptionGroup(title: "Files") var files: FileOptions

  /// Destination of the JSON header: the path of `--header`, or `-` where the path leads to standard output by another
  /// name. Nil without `--header`.
  private var headerTarget: String? { header.map(FilePlan.target) }

  func validate() throws {
    if let stream {
      if fromTokens { throw ValidationError("--stream excludes --from-tokens") }
      if stream < 1 { throw ValidationError("--stream takes 1 or more, not \(stream)") }
    }
    if header == "" { throw ValidationError("a file name is empty") }
    if header != nil, files.inputs.count > 1 || files.recursive { throw ValidationError("--header is for one input") }
    let array = fromTokens ? files.inputs.first ?? "" : files.target ?? (files.inputs == ["-"] ? "-" : "")
    if array == "-" {
      let side = fromTokens ? "from standard input" : "to standard output"
      if header == nil { throw ValidationError("an array \(side) needs --header, a file for its header") }
      if headerTarget == "-" { throw ValidationError("array and header cannot both be -") }
    }
  }

  func run() throws {
    let run = try FileRun(files, fromTokens ? .streamsFromTokens : .tokens, isQuiet: quiet)
    try run.run { job in
      fromTokens ? try makeStream(job, run) : try writeTokens(job, run)
    }
  }

  private func writeTokens(_ job: FileJob, _ run: FileRun) throws -> ExitStatus {
    let tokens = try StreamTokens(source: try InputBytes(path: job.input).next, number: stream)
    let headerPath = headerTarget ?? Self.headerPath(beside: job.output)
    try run.withOutput(of: job) { file in
      try TokenArray.write(tokens) { try file.write($0) }
      try headerOutput(headerPath, job).complete {
        try $0.write(Array((TokenHeader(tokens).json.text + "\n").utf8))
      }
    }
    guard !quiet else { return .success }
    let geometry = tokens.header.geometry
    let keptCount = tokens.blocks.reduce(0) { $0 + $1.keptTokenCount }
    try Console.result(
      "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): "
        + "\(Format.count(tokens.header.codedChannelCount, "channel")), "
        + "\(Format.count(geometry.codebookCount, "codebook")), \(Format.count(tokens.frameCount, "frame")); "
        + "\(Format.count(keptCount, "token")) kept; "
        + "header: \(headerPath == "-" ? "standard output" : Console.printable(headerPath))",
      standardOutputCarriesData: job.output == "-" || headerPath == "-")
    return .success
  }

  private func makeStream(_ job: FileJob, _ run: FileRun) throws -> ExitStatus {
    let byteLimit = 4 * StreamTokens.tokenLimit + NumPyHeader.largestByteCount
    let bytes = try InputBytes(path: job.input).rest(limit: byteLimit)
    guard bytes.count <= byteLimit else {
      throw TokenFileError.tooLarge(tokenCount: bytes.count / 4, allowed: StreamTokens.tokenLimit)
    }
    // The header is opened after the array: where one vampc writes and another reads a pipe, the header exists only
    // when the array is complete.
    let headerInput = try InputBytes(path: header ?? Self.headerPath(beside: job.input))
    let headerFile = try TokenHeaderFile(headerInput.rest(limit: TokenHeader.byteLimit), name: headerInput.name)
    let tokens = try headerFile.stream(try TokenArray(bytes))
    let statistics = try run.withOutput(of: job) { file in
      do {
        return try tokens.encode { try file.write($0) }
      } catch let error as BitstreamError {
        throw TokenFileError.header(file: headerInput.name, place: "", reason: "\(error)")
      }
    }
    guard !quiet else { return .success }
    let figures = StreamFigures(header: tokens.header, sampleCount: tokens.sampleCount, statistics: statistics)
    try Console.result(
      "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): \(figures.summary)",
      standardOutputCarriesData: job.output == "-")
    return .success
  }

  private func headerOutput(_ path: String, _ job: FileJob) throws -> OutputFile {
    guard path != "-" else { return OutputFile(standardOutputNamed: "standard output") }
    return try OutputFile(path: path, replaces: files.force, madeFrom: job.input)
  }

  /// Default path of the JSON header beside an array: `song.json` for `song.npy`. A name with another extension gets
  /// `.json` at its end.
  private static func headerPath(beside array: String) -> String {
    (array.hasSuffix(".npy") ? String(array.dropLast(4)) : array) + ".json"
  }
}

extension FilePlan.Kind {
  /// Kind of file job that writes token arrays from streams.
  static let tokens = FilePlan.Kind(
    inputExtensions: ["vampc", "vampa"], inputKind: "vampc streams", outputExtension: "npy",
    replacesAnyExtension: false, joinsInStandardOutput: false)

  /// Kind of file job that writes streams from token arrays.
  static let streamsFromTokens = FilePlan.Kind(
    inputExtensions: ["npy"], inputKind: "NumPy files", outputExtension: "vampc", replacesAnyExtension: false,
    joinsInStandardOutput: true)
}
