import AudioIO
import Foundation
import NumPy
import Signal
import SystemCalls

/// Embeds clips by a program of the user's own.
///
/// The program is run as `COMMAND OUT_DIR FILE.wav…`, with up to ``batchSize`` files at a time, and writes for each of them
/// an array `[window, value]` of 32- or 64-bit floats to `OUT_DIR/FILE.npy`. The files are 32-bit float WAVs at the clips'
/// own rates and channel counts. `COMMAND` is run by `/bin/sh`, so it may have options and quotes; the paths that follow it
/// are not read by the shell. It must end with status 0; its standard input is empty, and what it says is shown only
/// where it fails.
public struct CommandEmbedder: ClipEmbedder {
  public let embedding: String
  private let command: String
  private let temporaryFolder: String
  private let timeoutSeconds: Double
  private let check: () throws -> Void

  /// Clips for one run of the command: programs that load a network are not to load it for every clip.
  public static let batchSize = 64
  /// For one run.
  public static let defaultTimeoutSeconds = 3_600.0
  /// Of a `.npy` file.
  private static let largestByteCount = 1 << 30
  private static let longestCommand = 1_000

  /// - Parameters:
  ///   - temporaryFolder: where the WAVs and arrays of a run lie while it lasts.
  ///   - check: called while the command runs; what it throws ends it.
  /// - Throws: `EvaluationError.commandFailed` for a command that is empty or longer than 1 000 bytes.
  public init(
    command: String, temporaryFolder: String, timeoutSeconds: Double = CommandEmbedder.defaultTimeoutSeconds,
    check: @escaping () throws -> Void = {}
  ) throws(EvaluationError) {
    guard command.contains(where: { !$0.isWhitespace }) else { throw .commandFailed(reason: "it is empty") }
    guard command.utf8.count <= Self.longestCommand, !command.utf8.contains(0) else {
      throw .commandFailed(reason: "it is longer than \(Self.longestCommand) bytes, or has a zero byte")
    }
    embedding = "command:" + command
    (self.command, self.temporaryFolder) = (command, temporaryFolder)
    (self.timeoutSeconds, self.check) = (timeoutSeconds, check)
  }

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

  /// The arrays of some clips, each of two axes, the second not empty.
  private func run(_ clips: ArraySlice<EmbeddableClip>) throws -> [NumPyFile] {
    let folder = temporaryFolder + "/vampc-embedding-\(UUID().uuidString)"
    let output = folder + "/out"
    try FileManager.default.createDirectory(
      atPath: output, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Names of our own: clips' names may repeat, and may be anything.
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
      status = try program.run(check: check)
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

  /// What a program says last, as a rule why it failed; at most 200 characters.
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
