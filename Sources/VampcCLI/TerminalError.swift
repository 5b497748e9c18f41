import ExplainedErrors
import SystemCalls

/// Error where standard input or output is a terminal, but a file or a pipe is needed.
enum TerminalError: ExplainedError, Equatable {
  case input
  case output

  var description: String {
    switch self {
    case .input: "standard input: is a terminal, not a file or a pipe"
    case .output: "standard output: is a terminal, which binary data would upset"
    }
  }

  var subject: ErrorSubject? {
    switch self {
    case .input: .file("standard input")
    case .output: .file("standard output")
    }
  }

  var kind: ErrorKind { .usage }

  var hint: String? {
    switch self {
    case .input: nil
    case .output: "-o names an output file"
    }
  }

  /// Refuses to read or write binary data on a terminal.
  ///
  /// - Parameters:
  ///   - input: Whether the command reads binary data from standard input.
  ///   - output: Whether the command writes binary data to standard output.
  /// - Throws: `TerminalError` where binary data would come from, or go to, a terminal.
  static func refuse(input: Bool = false, output: Bool = false) throws(TerminalError) {
    if output, StandardStream.output.isTerminal { throw .output }
    if input, StandardStream.input.isTerminal { throw .input }
  }
}
