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

  /// Describes a command; ``run(check:)`` runs it.
  ///
  /// - Parameters:
  ///   - command: shell text that `/bin/sh -c` runs.
  ///   - arguments: appended to the command unchanged; the shell does not interpret them.
  ///   - messagePath: path of the file to which the command's standard output and standard error are written.
  ///   - timeoutSeconds: run time in seconds after which the command is ended and ``Fault/timedOut`` is thrown.
  package init(command: String, arguments: [String], messagePath: String, timeoutSeconds: Double) {
    (self.command, self.arguments) = (command, arguments)
    (self.messagePath, self.timeoutSeconds) = (messagePath, timeoutSeconds)
  }

  /// Runs the command to its end.
  ///
  /// - Parameter check: closure that is called about every 10 ms while the command runs; an error of the closure ends
  ///   the command.
  /// - Returns: the exit status, or 128 plus the number of the signal that ended the command.
  /// - Throws: ``Fault``, and the error that `check` throws.
  package func run(check: () throws -> Void) throws -> Int32 {
    let process = try start()
    let started = ContinuousClock.now
    do {
      while true {
        if let status = process.status() { return status }
        try check()
        guard ContinuousClock.now - started < .seconds(timeoutSeconds) else { throw Fault.timedOut }
        usleep(ProcessGroup.pollMicroseconds)
      }
    } catch {
      process.end()
      throw error
    }
  }

  private func start() throws -> ProcessGroup {
    let words = ["/bin/sh", "-c", command + #" "$@""#, "vampc"] + arguments
    do throws(SystemFailure) {
      return try ProcessGroup(words) { actions in
        posix_spawn_file_actions_addopen(
          &actions, STDOUT_FILENO, messagePath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
      }
    } catch {
      throw Fault.cannotStart(error)
    }
  }
}
