import Foundation
import Synchronization

/// What the program says: results on standard output, messages on standard error.
enum Console {
  /// Whether a progress line stands on the terminal's last line.
  private static let hasProgressLine = Mutex(false)

  /// `vampc: error: what`, and a hint on the next line.
  static func error(_ what: String, hint: String? = nil) {
    message("error: " + what)
    if let hint { message("hint: " + hint) }
  }

  static func warning(_ what: String) { message("warning: " + what) }

  /// Waits for nobody: whoever holds the terminal may be what is stuck.
  static func interrupted() {
    write((isatty(STDERR_FILENO) == 1 ? "\n" : "") + "vampc: interrupted\n", to: STDERR_FILENO)
  }

  /// A line on standard error.
  static func message(_ text: String) {
    hasProgressLine.withLock { hasLine in
      if hasLine { write(clearLine, to: STDERR_FILENO) }
      hasLine = false
      write("vampc: " + printable(text) + "\n", to: STDERR_FILENO)
    }
  }

  /// Shows `text` in place of the last progress line; nil removes that.
  static func progress(_ text: String?) {
    hasProgressLine.withLock { hasLine in
      if hasLine || text != nil { write(clearLine + printable(text ?? ""), to: STDERR_FILENO) }
      hasLine = text != nil
    }
  }

  /// Lines of a result, on standard error where standard output carries data.
  ///
  /// - Throws: `ExitStatus.failure`, with a message, where standard output does not take them.
  static func result(
    _ text: String, terminator: String = "\n", standardOutputCarriesData: Bool = false
  ) throws {
    progress(nil)
    guard !write(text + terminator, to: standardOutputCarriesData ? STDERR_FILENO : STDOUT_FILENO) else { return }
    guard !standardOutputCarriesData else { return }
    error("standard output: write failed: " + String(cString: strerror(errno)))
    throw ExitStatus.failure
  }

  /// Something that a file says, without the characters that could steer a terminal.
  static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{fffd}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static let clearLine = "\r\u{1B}[K"

  @discardableResult
  private static func write(_ text: some StringProtocol, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return false }
      rest.removeFirst(max(0, count))
    }
    return true
  }
}
