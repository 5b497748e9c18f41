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

  /// Message that begins with the file's path.
  package var description: String {
    switch self {
    case .exists(let path): "\(path): exists already"
    case .isSource(let path): "\(path): is the input itself"
    case .isDirectory(let path): "\(path): is a folder"
    case .cannotCreate(let path, let reason): "\(path): cannot create: \(reason)"
    case .writeFailed(let path, let reason): "\(path): write failed: \(reason)"
    }
  }

  package var subject: ErrorSubject? {
    switch self {
    case .exists(let path), .isSource(let path), .isDirectory(let path), .cannotCreate(let path, _),
      .writeFailed(let path, _):
      .file(path)
    }
  }

  package var kind: ErrorKind { .failure }

  package var hint: String? {
    if case .exists = self { "-f overwrites it" } else { nil }
  }
}
