public import ExplainedErrors

/// Reason why a report could not be written.
public enum ReportError: Error, Equatable, Sendable {
  /// File that cannot be written.
  case cannotWrite(file: String, reason: String)
  /// Drawing that librsvg or cairo rejected.
  case drawingFailed(name: String, reason: String)
  /// Library call that failed: zlib or libcrypto lacks memory or is restricted.
  case libraryFailed(library: String)
}

extension ReportError: CustomStringConvertible {
  /// Phrase with the file, the plot or the library, and the reason.
  public var description: String {
    switch self {
    case .cannotWrite(let file, let reason): "\(file): \(reason)"
    case .drawingFailed(let name, let reason): "the plot \(name) could not be drawn: \(reason)"
    case .libraryFailed(let library): "\(library) failed"
    }
  }
}

extension ReportError: ExplainedError {
  /// File or library that the error is about.
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
