import Foundation

/// Folder in which tests run a program of the system or the Python package; `scripts/install --tests` installs missing
/// programs.
final class ExternalProgram {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  private static let repositoryFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// Folder `formats` of the repository.
  static let formatsFolder = repositoryFolder.appending(path: "formats")
  /// Folder `python` of the repository, from which Python imports the package `vampc`.
  static let pythonFolder = repositoryFolder.appending(path: "python")

  let folder: URL
  private let scratch: URL

  init() throws {
    let base = FileManager.default.temporaryDirectory.appending(path: "vampc-program-\(UUID().uuidString)")
    folder = base.appending(path: "files")
    scratch = base.appending(path: "scratch")
    for path in [folder, scratch] {
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let path = folder.appending(path: name)
    try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: path)
  }

  func readText(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  /// Runs a command to its end; the program is found on PATH.
  func run(_ command: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .merging(["LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"]) { $1 }.merging(environment) { $1 }
    // Output goes to files, so that the program never waits for a reader.
    let paths = ["in", "out", "err"].map { scratch.appending(path: $0) }
    try Data(input).write(to: paths[0])
    for path in paths[1...] { try Data().write(to: path) }
    process.standardInput = try FileHandle(forReadingFrom: paths[0])
    process.standardOutput = try FileHandle(forWritingTo: paths[1])
    process.standardError = try FileHandle(forWritingTo: paths[2])
    try process.run()
    process.waitUntilExit()
    let texts = try paths.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, output: texts[1], errors: texts[2])
  }
}
