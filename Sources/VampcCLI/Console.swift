import Synchronization
import SystemCalls

/// Output of the program: results on standard output, messages on standard error.
enum Console {
  /// Whether the last line of the terminal is a progress line. The lock also keeps lines of several threads apart.
  private static let hasProgressLine = Mutex(false)

  /// Writes the line `vampc: error: WHAT` to standard error, then the hint as a line of its own.
  static func error(_ what: String, hint: String? = nil) {
    message("error: " + what)
    if let hint { message("hint: " + hint) }
  }

  /// Writes the line `vampc: warning: WHAT` to standard error.
  static func warning(_ what: String) { message("warning: " + what) }

  /// Writes `vampc: interrupted` to standard error without taking the lock, because a blocked thread may hold the lock.
  static func interrupted() {
    try? write((StandardStream.error.isTerminal ? "\n" : "") + "vampc: interrupted\n", to: .error)
  }

  /// Writes the line `vampc: TEXT` to standard error, in place of a progress line.
  static func message(_ text: String) {
    hasProgressLine.withLock { hasLine in
      if hasLine { try? write(clearLine, to: .error) }
      hasLine = false
      try? write("vampc: " + printable(text) + "\n", to: .error)
    }
  }

  /// Replaces the progress line by `text`; nil removes the line.
  static func progress(_ text: String?) {
    hasProgressLine.withLock { hasLine in
      if hasLine || text != nil { try? write(clearLine + printable(text ?? ""), to: .error) }
      hasLine = text != nil
    }
  }

  /// Writes lines of a result to standard output, or to standard error where standard output carries an output file.
  ///
  /// - Throws: `ReplacingFileError.writeFailed`, `.readerGone` where standard output does not take the text.
  static func result(
    _ text: String, terminator: String = "\n", standardOutputCarriesData: Bool = false
  ) throws {
    progress(nil)
    if standardOutputCarriesData {
      try? write(text + terminator, to: .error)
      return
    }
    do throws(SystemFailure) { try write(text + terminator, to: .output) } catch {
      throw ReplacingFileError(writing: "standard output", error)
    }
  }

  /// Text from a file with every character that could control a terminal, and every byte of a path that is not UTF-8,
  /// replaced by U+FFFD.
  static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in PathText.readable(text).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{fffd}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static let clearLine = "\r\u{1B}[K"

  private static func write(_ text: String, to stream: StandardStream) throws(SystemFailure) {
    try stream.file.write(Array(text.utf8))
  }
}
