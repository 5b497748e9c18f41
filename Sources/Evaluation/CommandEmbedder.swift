import AudioIO
import Foundation
import NumPy
import Signal
import SystemCalls

/// Embedder that runs a program of the user.
///
/// The program runs as `COMMAND OUT_DIR FILE.wav…`, with up to ``batchSize`` files at a time. For each file the program
/// writes an array `[window, value]` of 32- or 64-bit floats to `OUT_DIR/FILE.npy`. The files are 32-bit float WAVs
/// with the clip's own sample rate and channel count. `/bin/sh` runs `COMMAND`, which may therefore have options and
/// quotes; the shell does not parse the paths that follow. The command must end with status 0. Standard input is empty.
/// Output is discarded; if the exit status is not 0, the error contains the last line of the output.
public struct CommandEmbedder: ClipEmbedder {
  /// Identifier of the embedding: `command:` and the command line.
  public let embedding: String
  private let command: String
  private let temporaryFolder: String
  private let timeoutSeconds: Double
  private let checkCancellation: () throws -> Void

  /// Largest number of clips in one run of the command. A program thus loads its network once for many clips.
  public static let batchSize = 64
  /// Default time limit of one run of the command, in seconds.
  public static let defaultTimeoutSeconds = 3_600.0
  /// Largest accepted size of a `.npy` file, in bytes.
  private static let largestByteCount = 1 << 30
  private static let longestCommand = 1_000

  /// Creates an embedder from a command line.
  ///
  /// - Parameters:
  ///   - command: Shell text that `/bin/sh` runs, with the paths appended.
  ///   - temporaryFolder: Existing folder for the WAVs and arrays of a run, which are removed afterwards.
  ///   - timeoutSeconds: Time limit of one run of the command, in seconds.
  ///   - checkCancellation: Closure that is called while the command runs; an error of the closure ends the command.
  /// - Throws: `EvaluationError.commandFailed` for a command that is blank, longer than 1 000 bytes, or has a zero
  ///   byte.
  public init(
    command: String, temporaryFolder: String, timeoutSeconds: Double = CommandEmbedder.defaultTimeoutSeconds,
    checkCancellation: @escaping () throws -> Void = {}
  ) throws(EvaluationError) {
    guard command.contains(where: { !$0.isWhitespace }) else { throw .commandFailed(reason: "it is empty") }
    guard command.utf8.count <= Self.longestCommand, !command.utf8.contains(0) else {
      throw .commandFailed(reason: "it is longer than \(Self.longestCommand) bytes, or has a zero byte")
    }
    embedding = "command:" + command
    (self.command, self.temporaryFolder) = (command, temporaryFolder)
    (self.timeoutSeconds, self.checkCancellation) = (timeoutSeconds, checkCancellation)
  }

  /// Computes the embeddings of every clip with the command, in the order of the clips.
  ///
  /// - Throws: Errors of a clip's `load` and of `checkCancellation`; `EvaluationError` if the command fails, its
  ///   embeddings are unusable, or no clip is given; `AudioIOError` or the system's error if the temporary files cannot
  ///   be written.
  public func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet {
    var embedded: [EmbeddingSet.Clip] = []
    var dimension: Int?
    for start in stride(from: 0, to: clips.count, by: Self.batchSize) {
      let batch = clips[start..<min(clips.count, start + Self.batchSize)]
      for (clip, array) in zip(batch, try run(batch)) {
        let width = array.shape[1]
        guard width == dimension ?? width else {
          throw EvaluationError.embeddingWidthsDiffer(
            found: width, expected: dimension ?? width, row: embedded.reduce(0) { $0 + $1.values.count } / width)
        }
        dimension = width
        embedded.append(EmbeddingSet.Clip(name: clip.name, values: array.floats()))
      }
    }
    guard let dimension else { throw EvaluationError.tooFewEmbeddings(found: 0, minimum: 2) }
    return try EmbeddingSet(embedding: embedding, dimension: dimension, clips: embedded)
  }

  /// Runs the command once and reads one array `[window, value]` for each clip, in the order of the clips.
  ///
  /// - Throws: The errors of `embed(_:)`.
  private func run(_ clips: ArraySlice<EmbeddableClip>) throws -> [NumPyFile] {
    let folder = temporaryFolder + "/vampc-embedding-\(UUID().uuidString)"
    let output = folder + "/out"
    try FileName.makeFolder(folder, isPrivate: true)
    defer { try? FileName.removeTree(folder) }
    try FileName.makeFolder(output)
    // The files get generated names: clip names may repeat and may hold any character.
    let stems = clips.indices.map { "clip-\($0)" }
    for (stem, clip) in zip(stems, clips) {
      try AudioWriter.write(try clip.load(), asFloatWAV: "\(folder)/\(stem).wav")
    }
    let messages = folder + "/messages"
    let program = ChildProgram(
      command: command, arguments: [output] + stems.map { "\(folder)/\($0).wav" }, messagePath: messages,
      timeoutSeconds: timeoutSeconds)
    let status: Int32
    do {
      status = try program.run(check: checkCancellation)
    } catch ChildProgram.Fault.timedOut {
      throw EvaluationError.commandFailed(reason: "no end after \(Int(timeoutSeconds)) s")
    } catch ChildProgram.Fault.cannotStart(let failure) {
      throw EvaluationError.commandFailed(reason: failure.phrase)
    }
    guard status == 0 else {
      throw EvaluationError.commandFailed(reason: "exit status \(status)" + Self.lastLine(ofFile: messages))
    }
    return try zip(stems, clips).map { stem, clip in
      do {
        return try Self.array(inFile: "\(output)/\(stem).npy")
      } catch {
        throw EvaluationError.commandFailed(reason: "its \(stem).npy, of \(Self.printable(clip.name)): \(error)")
      }
    }
  }

  private struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  private static func array(inFile path: String) throws -> NumPyFile {
    guard let file = FileHandle(forReadingAtPath: path) else { throw Fault(description: "it was not written") }
    let data = try file.read(upToCount: largestByteCount + 1) ?? Data()
    guard data.count <= largestByteCount else { throw Fault(description: "larger than \(largestByteCount) bytes") }
    let array = try NumPyFile([UInt8](data))
    guard array.kind == .float else { throw Fault(description: "it holds no floats") }
    guard array.shape.count == 2, EmbeddingSet.dimensions.contains(array.shape[1]) else {
      throw Fault(description: "its shape is \(array.shape), not [window, value]")
    }
    return array
  }

  /// Returns `: ` and the last line of the program's output that is not blank, cut to 200 characters; this line usually
  /// gives the reason of a failure. Returns an empty text if the last 4 096 bytes of the output have no such line.
  private static func lastLine(ofFile path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return "" }
    try? file.seek(toOffset: end > 4_096 ? end - 4_096 : 0)
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).last { $0.contains { !$0.isWhitespace } }
    return line.map { ": " + printable(String($0)) } ?? ""
  }

  private static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(200).map { $0.value < 32 || (127..<160).contains($0.value) ? "?" : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}
