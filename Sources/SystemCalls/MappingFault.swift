import Glibc
import Synchronization

/// Access to a mapped file beyond its end, because another program has cut the file short since it was mapped. The
/// system then raises SIGBUS, which would end the program without a message.
package enum MappingFault {
  /// Calls `end` where a mapped file was cut short, on the thread that read the file.
  ///
  /// Only a program may call this function, because signal handlers belong to the program, not to a library.
  ///
  /// - Parameter end: closure that takes the path of the file and ends the program. The closure may do what the code that
  ///   reads mapped files could do: such code holds no lock.
  package static func handle(_ end: @escaping @Sendable (_ path: String) -> Never) {
    endProgram = end
    MappedRanges.shared.prepare()
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    action.__sigaction_handler.sa_sigaction = answerFault
    sigaction(SIGBUS, &action, nil)
  }
}

/// Address ranges of all mapped files.
final class MappedRanges: Sendable {
  static let shared = MappedRanges()

  private let paths = Mutex<[Range<UInt>: String]>([:])

  func prepare() {}
  func add(_ range: Range<UInt>, path: String) { paths.withLock { $0[range] = path } }
  func remove(_ range: Range<UInt>) { paths.withLock { _ = $0.removeValue(forKey: range) } }

  /// Path of the file that is mapped at `address`; nil for other memory.
  func path(at address: UInt) -> String? { paths.withLock { paths in paths.first { $0.key.contains(address) }?.value } }
}

/// Closure that ends the program; it is set once, before the handler is installed.
private nonisolated(unsafe) var endProgram: (@Sendable (String) -> Never)?
private let isEnding = Atomic(false)

/// Signal handler: ends the program for a mapped file, and leaves any other fault to the system.
private func answerFault(_ signal: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _: UnsafeMutableRawPointer?) {
  // A signal from another program has no address.
  guard let info, info.pointee.si_code > 0, let endProgram,
    let path = MappedRanges.shared.path(at: UInt(bitPattern: info.pointee._sifields._sigfault.si_addr))
  else {
    Glibc.signal(signal, SIG_DFL)
    raise(signal)
    return
  }
  // The first thread ends the program; others wait for that.
  while isEnding.exchange(true, ordering: .acquiringAndReleasing) { pause() }
  endProgram(path)
}
