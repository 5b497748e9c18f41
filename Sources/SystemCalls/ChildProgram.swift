import Glibc

/// Shell command with arguments of its own, run to its end in a process group that can be ended as a whole.
package struct ChildProgram {
  private let command: String
  private let arguments: [String]
  private let messagePath: String
  private let timeoutSeconds: Double

  /// Reason why a command has no exit status.
  package enum Fault: Error, Equatable {
    case cannotStart(SystemFailure)
    case timedOut
  }

  /// Time between two checks whether the command has ended.
  private static let pollMicroseconds: UInt32 = 10_000
  /// Time from the request to end until the command is killed.
  private static let graceSeconds = 2.0

  /// Describes a command; ``run(check:)`` runs it.
  ///
  /// - Parameters:
  ///   - command: run by `/bin/sh -c`.
  ///   - arguments: appended to the command unchanged; the shell does not interpret them.
  ///   - messagePath: path of the file to which the command's standard output and standard error are written.
  package init(command: String, arguments: [String], messagePath: String, timeoutSeconds: Double) {
    (self.command, self.arguments) = (command, arguments)
    (self.messagePath, self.timeoutSeconds) = (messagePath, timeoutSeconds)
  }

  /// Runs the command to its end.
  ///
  /// - Parameter check: closure that is called while the command runs; an error of the closure ends the command.
  /// - Returns: the exit status, or 128 and the signal's number.
  /// - Throws: ``Fault``, and the error that `check` throws.
  package func run(check: () throws -> Void) throws -> Int32 {
    let process = try start()
    let started = ContinuousClock.now
    do {
      while true {
        if let status = Self.status(of: process) { return status }
        try check()
        guard ContinuousClock.now - started < .seconds(timeoutSeconds) else { throw Fault.timedOut }
        usleep(Self.pollMicroseconds)
      }
    } catch {
      Self.end(process)
      throw error
    }
  }

  private func start() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messagePath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let words = ["/bin/sh", "-c", command + #" "$@""#, "vampc"] + arguments
    var texts = words.map { strdup($0) } + [nil]
    defer { texts.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &texts, environ)
    guard code == 0 else { throw Fault.cannotStart(SystemFailure(code: code)) }
    return process
  }

  private static func status(of process: pid_t) -> Int32? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Asks the whole process group to end, waits for the command, and kills the group after ``graceSeconds`` at the
  /// latest.
  private static func end(_ process: pid_t) {
    kill(-process, SIGTERM)
    let asked = ContinuousClock.now
    while ContinuousClock.now - asked < .seconds(graceSeconds) {
      if status(of: process) != nil { break }
      usleep(pollMicroseconds)
    }
    // Whoever is left of the group; the program itself may be gone.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
