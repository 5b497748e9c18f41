import Glibc
import SystemPackage

/// Program whose standard output is read while it runs. The program is ended when this object is released.
package final class RunningProgram {
  /// Reading end of the pipe that the program has as standard output.
  package let output: OpenFile
  private let group: ProcessGroup
  private let messages: OpenFile
  private var exitStatus: Int32?

  /// Largest number of bytes of standard error that ``firstMessage()`` reads.
  private static let longestMessages = 4096

  /// Starts a program without a shell.
  ///
  /// - Parameters:
  ///   - path: path of the program.
  ///   - arguments: arguments of the program; `/proc/self/fd/3` is the path of `file`.
  ///   - file: file that the program inherits as descriptor 3.
  ///   - temporaryFolder: folder of the temporary file to which the program's standard error is written.
  package init(
    _ path: String, arguments: [String], file: OpenFile, temporaryFolder: String
  ) throws(SystemFailure) {
    messages = try OpenFile(temporaryIn: temporaryFolder)
    let ends = try systemCall { try FileDescriptor.pipe() }
    output = OpenFile(owning: ends.readEnd.rawValue)
    let writing = OpenFile(owning: ends.writeEnd.rawValue)
    for end in [output, writing] { _ = fcntl(end.descriptor, F_SETFD, FD_CLOEXEC) }
    let messages = messages
    group = try ProcessGroup([path] + arguments) { actions in
      posix_spawn_file_actions_adddup2(&actions, writing.descriptor, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(&actions, messages.descriptor, STDERR_FILENO)
      posix_spawn_file_actions_adddup2(&actions, file.descriptor, 3)
    }
  }

  deinit { if exitStatus == nil { group.end() } }

  /// Waits until the program has ended.
  ///
  /// - Returns: the exit status, or 128 plus the number of the signal that ended the program.
  package func wait() -> Int32 {
    while exitStatus == nil {
      exitStatus = group.status()
      if exitStatus == nil { usleep(ProcessGroup.pollMicroseconds) }
    }
    return exitStatus ?? 0
  }

  /// First line that is not empty among the first 4 096 bytes of the program's standard error; nil if there is none.
  package func firstMessage() -> String? {
    let bytes = (try? messages.bytes(in: 0..<Self.longestMessages)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).first
  }
}
