import Foundation

/// What is wrong with the tests' surroundings.
enum ChildProcessError: Error, CustomStringConvertible {
  case missingProgram(path: String)
  case cannotSpawn(path: String, errorNumber: Int32)
  case timedOut(arguments: [String], seconds: Double)
  case neverHappened(what: String)

  var description: String {
    switch self {
    case .missingProgram(let path): "\(path) is not built"
    case .cannotSpawn(let path, let number): "cannot start \(path): " + String(cString: strerror(number))
    case .timedOut(let arguments, let seconds): "no end after \(seconds) s: \(arguments.joined(separator: " "))"
    case .neverHappened(let what): "never happened: \(what)"
    }
  }
}

/// How a child ended and what it said.
struct ChildResult: CustomStringConvertible {
  let arguments: [String]
  /// What a shell would see: 128 and the signal for one that was killed.
  let status: Int32
  let output: Data
  let errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  /// Lines on standard error.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  var description: String {
    "\(arguments.joined(separator: " ")): status \(status)\n\(output.count < 4_000 ? text : "")\n\(errors)"
  }
}

/// A child that cannot outlive its time. Its output goes into files, so that nobody waits for a reader.
final class ChildProcess {
  /// On an idle machine no test's child takes a twentieth of it; under load a script of many commands may come near.
  static let timeoutSeconds = 300.0

  private let arguments: [String]
  private let outputPath: String
  private let errorsPath: String
  private let process: pid_t
  private let owner: AnyObject
  private let started = Date()
  private var status: Int32?

  /// - Parameters:
  ///   - arguments: the program's path first.
  ///   - input: path of what standard input is.
  ///   - inputDescriptor: takes the place of `input`.
  ///   - scratchFolder: for the files that the child's output goes to.
  ///   - owner: of the folders; lives as long as the child.
  init(
    _ arguments: [String], environment: [String: String], input: String = "/dev/null", inputDescriptor: Int32? = nil,
    workingFolder: String, scratchFolder: String, owner: AnyObject
  ) throws {
    self.arguments = arguments
    self.owner = owner
    let stem = "\(scratchFolder)/child-\(UUID().uuidString)"
    outputPath = stem + ".out"
    errorsPath = stem + ".err"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let inputDescriptor {
      posix_spawn_file_actions_adddup2(&actions, inputDescriptor, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errorsPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    // A runner in the background ignores signals; a child of it is to be as one that a user starts.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    // The shell changes the folder and becomes the program.
    let shell = "/bin/sh"
    let command = [shell, "-c", #"cd "$0" && exec "$@""#, workingFolder] + arguments
    var texts = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (texts + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, shell, &actions, &attributes, &texts, &variables)
    guard code == 0 else { throw ChildProcessError.cannotSpawn(path: shell, errorNumber: code) }
    self.process = process
  }

  deinit {
    guard status == nil else { return }
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  var isRunning: Bool {
    reap()
    return status == nil
  }

  func send(_ signal: Int32) {
    if isRunning { kill(process, signal) }
  }

  /// - Throws: `ChildProcessError.timedOut`; the child is then killed.
  func wait() throws -> ChildResult {
    while isRunning {
      guard Date().timeIntervalSince(started) < Self.timeoutSeconds else {
        throw ChildProcessError.timedOut(arguments: arguments, seconds: Self.timeoutSeconds)
      }
      usleep(5_000)
    }
    let status = status ?? -1
    let errors = try Data(contentsOf: URL(fileURLWithPath: errorsPath))
    return ChildResult(
      arguments: arguments, status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
      output: try Data(contentsOf: URL(fileURLWithPath: outputPath)), errors: String(decoding: errors, as: UTF8.self))
  }

  private func reap() {
    guard status == nil else { return }
    var found: Int32 = 0
    if waitpid(process, &found, WNOHANG) == process { status = found }
  }
}
