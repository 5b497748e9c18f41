import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// A folder of a test's own, in which the built `vampc` runs with the repository's model and nobody's settings.
final class Workplace {
  let folder: String
  private let scratch: String
  let program: String

  init() throws {
    let test = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    program = URL(fileURLWithPath: test).deletingLastPathComponent().path + "/vampc"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ChildProcessError.missingProgram(path: program)
    }
    let base = FileManager.default.temporaryDirectory.path + "/vampc-cli-\(UUID().uuidString)"
    folder = base + "/files"
    scratch = base + "/scratch"
    for path in [folder, scratch] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: URL(fileURLWithPath: folder).deletingLastPathComponent().path) }

  /// What children see. The models are found from the program's place.
  var environment: [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": scratch,
      "TMPDIR": scratch, "LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no",
    ]
  }

  /// Starts `vampc` in the folder.
  func start(
    _ arguments: [String], input: String = "/dev/null", inputDescriptor: Int32? = nil,
    environment changes: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess(
      [program] + arguments, environment: environment.merging(changes) { $1 }, input: input,
      inputDescriptor: inputDescriptor, workingFolder: folder, scratchFolder: scratch, owner: self)
  }

  /// Runs `vampc` in the folder to its end.
  func vampc(
    _ arguments: String..., input: String = "/dev/null", environment: [String: String] = [:]
  ) throws -> ChildResult {
    try start(arguments, input: input, environment: environment).wait()
  }

  /// Runs a shell script in the folder; `$VAMPC` is the program.
  func shell(_ script: String) throws -> ChildResult {
    try ChildProcess(
      ["/bin/sh", "-c", script], environment: environment.merging(["VAMPC": program]) { $1 }, workingFolder: folder,
      scratchFolder: scratch, owner: self
    ).wait()
  }

  /// Path of a file in the folder.
  func path(_ name: String) -> String { folder + "/" + name }

  /// Copies a fixture into the folder.
  @discardableResult
  func take(_ fixture: String, as name: String? = nil) throws -> String {
    let name = name ?? URL(fileURLWithPath: fixture).lastPathComponent
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: path(name))
    return name
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Names in the folder, hidden ones and those of subfolders included.
  func names() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  /// Encodes a fixture into a stream in the folder.
  func encode(_ fixture: String, as stream: String, _ options: String...) throws {
    let result = try start(["encode", "-o", stream] + options + [Fixtures.path(fixture)]).wait()
    try #require(result.status == 0, "\(result)")
  }

  /// What `info --json` says of a stream.
  func info(_ stream: String) throws -> Figures {
    let result = try vampc("info", "--json", stream)
    try #require(result.status == 0, "\(result)")
    return try Figures(result.output)
  }

  /// Samples per channel, rate and channels of an audio file, counted by reading it.
  func audio(_ name: String) throws -> AudioSize {
    let reader = try AudioReader(path: path(name))
    let audio = try reader.readAll()
    return AudioSize(
      sampleCount: audio.sampleCount, sampleRateHz: reader.sampleRateHz, channelCount: reader.channelCount)
  }

  /// Waits for something that a child is to do.
  func await(_ what: String, _ condition: () throws -> Bool) throws {
    let start = Date()
    while try !condition() {
      guard Date().timeIntervalSince(start) < ChildProcess.timeoutSeconds else {
        throw ChildProcessError.neverHappened(what: what)
      }
      usleep(5_000)
    }
  }
}

struct AudioSize: Equatable {
  let sampleCount: Int
  let sampleRateHz: Int
  let channelCount: Int
}

extension ChildResult {
  /// Checks that the command failed as commands should: a status, one line that says what, at most a hint behind it.
  func expectError(
    _ status: Int32, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    #expect(output.isEmpty, "\(self)", sourceLocation: sourceLocation)
    let lines = errorLines
    let isOneLine = lines.count == 1 || lines.count == 2 && lines[1].hasPrefix("vampc: hint: ")
    #expect(isOneLine, "\(self)", sourceLocation: sourceLocation)
    let line = lines.first ?? ""
    #expect(line.hasPrefix("vampc: error: "), "\(self)", sourceLocation: sourceLocation)
    for part in parts { #expect(line.contains(part), "\(self)", sourceLocation: sourceLocation) }
  }

  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == 0, "\(self)", sourceLocation: sourceLocation)
    #expect(errors.isEmpty, "\(self)", sourceLocation: sourceLocation)
  }
}
