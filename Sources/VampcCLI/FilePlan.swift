import ArgumentParser
import AudioIO
import ExplainedErrors
import Foundation
import SystemCalls

/// Input file of a command, and the output file that is made from it.
struct FileJob: Equatable {
  /// Path of the input; `-` is standard input.
  let input: String
  /// Path of the output file; `-` is standard output.
  let output: String

  /// Name of the input in messages.
  var inputName: String { input == "-" ? "standard input" : input }
  /// Name of the output in messages.
  var outputName: String { output == "-" ? "standard output" : output }
}

/// Fault of an input or of its output that makes a command go on with the next input.
enum FilePlanError: ExplainedError, Equatable {
  /// The input is a folder, and `-r` is not given.
  case isFolder(path: String)
  /// A folder, or a file in a folder, cannot be read.
  case unreadable(path: String, reason: String)
  /// A folder has no file that the command reads; `kind` names these files.
  case nothingFound(path: String, kind: String)
  /// Two inputs would have the same output; `other` is the earlier input.
  case sameOutput(path: String, output: String, other: String)
  /// The input could not be removed after its output was written.
  case cannotRemove(path: String, reason: String)

  var description: String {
    switch self {
    case .isFolder(let path): "\(path): is a folder"
    case .unreadable(let path, let reason): "\(path): cannot read: \(reason)"
    case .nothingFound(let path, let kind): "\(path): no \(kind) in this folder"
    case .sameOutput(let path, let output, let other): "\(path): \(output) is already made from \(other)"
    case .cannotRemove(let path, let reason): "\(path): cannot remove: \(reason)"
    }
  }

  var subject: ErrorSubject? {
    switch self {
    case .isFolder(let path), .unreadable(let path, _), .nothingFound(let path, _), .sameOutput(let path, _, _),
      .cannotRemove(let path, _):
      .file(path)
    }
  }

  var kind: ErrorKind { .failure }

  var hint: String? {
    if case .isFolder = self { "-r goes into folders" } else { nil }
  }
}

/// Plan of a command: its inputs, with the output of each input.
struct FilePlan {
  /// File types that a command reads and writes.
  struct Kind {
    /// Extensions in lower case of the files that `-r` takes from a folder.
    let inputExtensions: Set<String>
    /// Name of the input files in messages, in the plural.
    let inputKind: String
    /// Extension of the output, without a dot.
    let outputExtension: String
    /// Whether the output replaces any extension of its input, or only one of `inputExtensions`.
    let replacesAnyExtension: Bool
    /// Whether standard output may carry several outputs, one after the other.
    let joinsInStandardOutput: Bool
  }

  /// Files to process, in the order of the command line.
  private(set) var jobs: [FileJob] = []
  /// Reasons why inputs have no job.
  private(set) var failures: [FilePlanError] = []
  /// Folders in which `-r` passes over files with other extensions, and the number of these files.
  private(set) var passedOver: [(folder: String, fileCount: Int)] = []
  private let kind: Kind
  private var inputsByOutput: [String: String] = [:]

  /// Plan for the inputs that the options name. Inputs without a job are in ``failures``.
  ///
  /// - Throws: `ValidationError` where the options contradict each other.
  init(_ options: FileOptions, _ kind: Kind) throws {
    self.kind = kind
    var files: [(input: String, relativePath: String)] = []
    var isSeveral = options.inputs.count > 1
    for input in options.inputs {
      guard input != "-", Self.isFolder(input) else {
        files.append((input, input == "-" ? "stdin" : URL(fileURLWithPath: input).lastPathComponent))
        continue
      }
      guard options.recursive else {
        failures.append(.isFolder(path: input))
        continue
      }
      isSeveral = true
      do {
        let listing = try FolderListing(of: input, extensions: kind.inputExtensions)
        if listing.files.isEmpty, listing.failures.isEmpty {
          failures.append(.nothingFound(path: input, kind: kind.inputKind))
        }
        let prefix = input.hasSuffix("/") ? input : input + "/"
        files += listing.files.map { (prefix + $0, $0) }
        failures += listing.failures.map { .unreadable(path: prefix + $0.path, reason: $0.reason) }
        if !listing.files.isEmpty, listing.otherFileCount > 0 { passedOver.append((input, listing.otherFileCount)) }
      } catch {
        failures.append(.unreadable(path: input, reason: "\(error)"))
      }
    }
    try place(files, options.target, isSeveral: isSeveral)
  }

  private mutating func place(
    _ files: [(input: String, relativePath: String)], _ output: String?, isSeveral: Bool
  ) throws {
    let intoFolder = output.map { $0 != "-" && ($0.hasSuffix("/") || Self.isFolder($0)) } ?? false
    if isSeveral, let output {
      if output == "-" {
        guard kind.joinsInStandardOutput else { throw ValidationError("-o - takes one input") }
      } else if !intoFolder {
        throw ValidationError("several inputs need a folder: -o '\(output)/'")
      }
    }
    for file in files {
      let target: String
      if let output {
        target = intoFolder ? (output.hasSuffix("/") ? output : output + "/") + derivedName(file.relativePath) : output
      } else {
        target = file.input == "-" ? "-" : derivedName(file.input)
      }
      add(FileJob(input: file.input, output: target))
    }
  }

  private mutating func add(_ job: FileJob) {
    if job.output != "-" {
      let key = URL(fileURLWithPath: job.output).standardizedFileURL.path
      if let other = inputsByOutput[key] {
        failures.append(.sameOutput(path: job.inputName, output: job.output, other: other))
        return
      }
      inputsByOutput[key] = job.inputName
    }
    jobs.append(job)
  }

  /// Path of the output: the path of the input with the extension of the output. The extension replaces the input's
  /// extension if `kind` says so; otherwise it is appended.
  private func derivedName(_ path: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    if let dot = path[start...].lastIndex(of: "."), dot != start {
      let found = path[path.index(after: dot)...].lowercased()
      if kind.replacesAnyExtension || kind.inputExtensions.contains(found) {
        return path[..<dot] + "." + kind.outputExtension
      }
    }
    return path + "." + kind.outputExtension
  }

  /// Removes the jobs that `isFinished` accepts, and returns their number.
  mutating func removeJobs(where isFinished: (FileJob) -> Bool) -> Int {
    let before = jobs.count
    jobs.removeAll(where: isFinished)
    return before - jobs.count
  }

  /// Returns `path`, or `-` for every path that leads to standard output.
  static func target(_ path: String) -> String { StandardStream.isOutput(path) ? "-" : path }

  static func isFolder(_ path: String) -> Bool { (try? FileStatus(path: path))?.kind == .directory }

  /// Whether a file exists at `path` that is neither a regular file nor a folder: a device or a named pipe.
  static func isSpecialFile(_ path: String) -> Bool { (try? FileStatus(path: path))?.kind == .other }
}
