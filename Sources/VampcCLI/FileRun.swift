import Archive
import AudioIO
import Bitstream
import Foundation
import ModelImport
import ModelStore
import SystemCalls
import VampcKit

/// Works through the files of a plan: opens outputs, reports failures, goes on with the rest.
struct FileRun {
  let options: FileOptions
  let plan: FilePlan
  private let inputIdentities: [FileIdentity]

  init(_ options: FileOptions, _ kind: FilePlan.Kind) throws {
    self.options = options
    plan = try FilePlan(options, kind)
    inputIdentities = plan.jobs.compactMap {
      $0.input == "-" ? FileIdentity(descriptor: STDIN_FILENO) : FileIdentity(path: $0.input)
    }
    try refuseTerminals()
  }

  /// Runs `work` for every file.
  ///
  /// - Throws: `ExitStatus`, the worst of all files, where that is not success.
  func run(_ work: (FileJob) throws -> ExitStatus) throws {
    var worst = ExitStatus.success
    for failure in plan.failures {
      Failure.report(failure, file: nil)
      worst = worst.worse(.failure)
    }
    for job in plan.jobs {
      do {
        let status = try work(job)
        if options.removesInput, status == .success { try remove(job.input) }
        worst = worst.worse(status)
      } catch {
        Console.progress(nil)
        let status = ExitStatus(of: error)
        Failure.report(error, file: job.inputName)
        if case .interrupted = status { throw status }
        worst = worst.worse(status)
      }
    }
    if worst != .success { throw worst }
  }

  /// Hands an output file to `body` and lets it appear under its name when that has returned.
  func withOutput<Result>(of job: FileJob, _ body: (ReplacingFile) throws -> Result) throws -> Result {
    guard job.output != "-" else {
      return try OutputFile(standardOutputNamed: job.outputName).complete(body)
    }
    try makeFolder(of: job.output)
    return try OutputFile(path: job.output, replaces: options.force, sources: inputIdentities).complete(body)
  }

  /// Folders below the one that `-o` names are made as needed.
  private func makeFolder(of path: String) throws {
    guard let output = options.output, output != path, let slash = path.lastIndex(of: "/") else { return }
    let folder = String(path[..<slash])
    guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ReplacingFileError.cannotCreate(path: path, reason: "the folder \(folder) cannot be made")
    }
  }

  private func remove(_ path: String) throws {
    guard unlink(path) != 0 else { return }
    Console.error("\(path): cannot remove: " + String(cString: strerror(errno)))
    throw ExitStatus.failure
  }

  private func refuseTerminals() throws {
    if plan.jobs.contains(where: { $0.output == "-" }), isatty(STDOUT_FILENO) == 1 {
      Console.error("standard output: is a terminal, which binary data would upset", hint: "-o names an output file")
      throw ExitStatus.usage
    }
    if plan.jobs.contains(where: { $0.input == "-" }), isatty(STDIN_FILENO) == 1 {
      Console.error("standard input: is a terminal, not a file or a pipe")
      throw ExitStatus.usage
    }
  }
}

/// How failures are told.
enum Failure {
  /// Runs what a command does and tells its failure.
  ///
  /// - Throws: `ExitStatus`, as `status` makes it of the failure.
  static func telling(status: (any Error) -> ExitStatus, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      Console.progress(nil)
      report(error, file: nil)
      throw status(error)
    }
  }

  /// - Parameter file: what the failure is about; nil where the error says it.
  static func report(_ error: any Error, file: String?) {
    // Told already.
    if error is ExitStatus { return }
    if error is Interrupted { return Console.interrupted() }
    var text = "\(error)"
    if case BitstreamError.missingSync(byteOffset: 0) = error { text = "not a vampc stream: " + text }
    let namesItself =
      (error as? ArchiveError)?.namesFile ?? false || error is AudioIOError || error is ReplacingFileError
      || error is FilePlanError || error is InputBytesError
    Console.error(namesItself ? text : [file, text].compactMap { $0 }.joined(separator: ": "), hint: hint(for: error))
  }

  private static func hint(for error: any Error) -> String? {
    switch error {
    case let error as ImportError: error.remedy
    case ReplacingFileError.exists: "-f overwrites it"
    case FilePlanError.isFolder: "-r goes into folders"
    case AudioIOError.isDirectory: "-r goes into folders"
    case AudioIOError.notAudio: "samples without a header need --raw RATE:CHANNELS:FORMAT"
    case ArchiveError.nameExists: "--name gives the recording another one"
    case ArchiveError.noIndex, ArchiveError.strayStream, ArchiveError.indexContradicts:
      "'vampc archive repair' makes a clean archive of what is intact"
    case ArchiveError.inputIsArchive: "'vampc archive extract' takes recordings out of it"
    case VampcError.noCodecFits, VampcError.severalCodecsFit: "--model names the model that made it"
    case ModelError.modelNotFound: "--model takes a folder, too; VAMPC_MODELS adds folders to look in"
    case ModelError.codecNotFound: "put the model that made the stream into one of them, or name it with --model"
    default: nil
    }
  }
}
