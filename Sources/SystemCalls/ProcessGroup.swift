import Glibc
import Synchronization

/// Running program in a process group of its own, so that the program and its child processes can be ended together.
struct ProcessGroup {
  private let process: pid_t

  /// Time in seconds from SIGTERM to SIGKILL for a program that does not end by itself.
  private static let graceSeconds = 2.0
  /// Time in microseconds from one check whether a program has ended to the next check.
  static let pollMicroseconds: UInt32 = 10_000
  /// Numbers of the process groups that run or whose exit status has not been read; ``killAll()`` kills these groups.
  private static let running = Mutex<Set<pid_t>>([])

  /// Starts a program with `/dev/null` as standard input, no blocked signals, and the default handling of SIGINT,
  /// SIGTERM, SIGHUP and SIGPIPE.
  ///
  /// - Parameters:
  ///   - words: path of the program, then its arguments.
  ///   - setFiles: adds the files that the program inherits to the spawn actions.
  init(
    _ words: [String], setFiles: (inout posix_spawn_file_actions_t) -> Void
  ) throws(SystemFailure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    setFiles(&actions)
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
    var texts = words.map { strdup(PathText.bytes(of: $0)) } + [nil]
    defer { texts.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, PathText.bytes(of: words[0]), &actions, &attributes, &texts, environ)
    guard code == 0 else { throw SystemFailure(code: code) }
    self.process = process
    Self.running.withLock { _ = $0.insert(process) }
  }

  /// Exit status, or 128 plus the number of the signal that ended the program; nil while the program runs. The status
  /// can be read once; later calls return nil.
  func status() -> Int32? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    Self.running.withLock { _ = $0.remove(process) }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Sends SIGTERM to the whole group, waits up to 2 s for the program to end, and kills the rest of the group.
  func end() {
    kill(-process, SIGTERM)
    let asked = ContinuousClock.now
    while ContinuousClock.now - asked < .seconds(Self.graceSeconds) {
      if status() != nil { break }
      usleep(Self.pollMicroseconds)
    }
    // Other processes of the group may still run after the program has ended.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    Self.running.withLock { _ = $0.remove(process) }
  }

  /// Kills all running process groups, without waiting for their end.
  static func killAll() {
    running.withLock { for process in $0 { kill(-process, SIGKILL) } }
  }
}
