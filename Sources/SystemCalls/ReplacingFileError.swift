package import ExplainedErrors

/// Reason why an output file could not be written.
package enum ReplacingFileError: ExplainedError, Equatable, Sendable {
  /// A file or folder exists at the path already.
  case exists(path: String)
  /// The path leads to a file that is an input.
  case isSource(path: String)
  case isDirectory(path: String)
  case cannotCreate(path: String, reason: String)
  case writeFailed(path: String, reason: String)
  /// The pipe has no reader any more; the program ends as by SIGPIPE.
  case readerGone(path: String)

  /// Error for a failed write to `path`: ``readerGone(path:)`` for a broken pipe, otherwise
  /// ``writeFailed(path:reason:)``.
  package init(writing path: String, _ failure: SystemFailure) {
    self = failure.isBrokenPipe ? .readerGone(path: path) : .writeFailed(path: path, reason: failure.reason)
  }

  /// Message that begins with the file's path.
  package var description: String {
    switch self {
    case .exists(let path): "\(path): exists already"
    case .isSource(let path): "\(path): is the input itself"
    case .isDirectory(let path): "\(path): is a folder"
    case .cannotCreate(let path, let reason): "\(path): cannot create: \(reason)"
    case .writeFailed(let path, let reason): "\(path): write failed: \(reason)"
    case .readerGone(let path): "\(path): nobody reads the pipe any more"
    }
  }

  package var subject: ErrorSubject? {
    switch self {
    case .exists(let path), .isSource(let path), .isDirectory(let path), .cannotCreate(let path, _),
      .writeFailed(let path, _), .readerGone(let path):
      .file(path)
    }
  }

  package var kind: ErrorKind {
    if case .readerGone = self { .interrupted(signal: SystemFailure.brokenPipeSignal) } else { .failure }
  }

  package var hint: String? {
    if case .exists = self { "-f overwrites it" } else { nil }
  }
}
