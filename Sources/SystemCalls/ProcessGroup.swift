import Glibc
import Synchronization

/// Program that was started as the first process of a group, which is ended as a whole.
struct ProcessGroup {
  private let process: pid_t

  /// Time from the request to end until the program is killed.
  private static let graceSeconds = 2.0
  /// Time between two checks whether a program has ended.
  static let pollMicroseconds: UInt32 = 10_000
  /// Groups that have not been waited for.
  private static let running = Mutex<Set<pid_t>>([])

  /// Starts a program. Standard input is `/dev/null`; signals are as for a program that a user starts.
  ///
  /// - Parameters:
  ///   - words: path of the program, then its arguments.
  ///   - setFiles: sets the descriptors of the program.
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

  /// Exit status, or 128 and the signal's number; nil while the program runs.
  func status() -> Int32? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    Self.running.withLock { _ = $0.remove(process) }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Asks the whole group to end, and ends it.
  func end() {
    kill(-process, SIGTERM)
    let asked = ContinuousClock.now
    while ContinuousClock.now - asked < .seconds(Self.graceSeconds) {
      if status() != nil { break }
      usleep(Self.pollMicroseconds)
    }
    // Whoever is left of the group; the program itself may be gone.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    Self.running.withLock { _ = $0.remove(process) }
  }

  /// Kills all groups, without waiting for them.
  static func killAll() {
    running.withLock { for process in $0 { kill(-process, SIGKILL) } }
  }
}
