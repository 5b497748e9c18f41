public import ExplainedErrors

/// Reason why a report could not be written.
public enum ReportError: Error, Equatable, Sendable {
  /// Folder of plots that cannot be made or listed, or from which an earlier plot cannot be removed.
  /// `ReplacingFileError` reports a file that cannot be written.
  case cannotWrite(file: String, reason: String)
  /// Plot called `name` that librsvg or cairo could not draw; `reason` says why.
  case drawingFailed(name: String, reason: String)
  /// Call of `library` (zlib or libcrypto) that failed, for example for lack of memory or because SHA-256 is disabled.
  case libraryFailed(library: String)
}

extension ReportError: CustomStringConvertible {
  /// Phrase with the folder or plot and the reason, or with the library alone.
  public var description: String {
    switch self {
    case .cannotWrite(let file, let reason): "\(file): \(reason)"
    case .drawingFailed(let name, let reason): "the plot \(name) could not be drawn: \(reason)"
    case .libraryFailed(let library): "\(library) failed"
    }
  }
}

extension ReportError: ExplainedError {
  /// Folder or library that the error is about.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotWrite(let file, _): .file(file)
    case .drawingFailed: .program("librsvg")
    case .libraryFailed(let library): .program(library)
    }
  }

  /// Kind of the error: always a failure.
  public var kind: ErrorKind { .failure }
}
