/// Error of a reference case or a fixture.
public enum ReferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(path: String)
  case malformed(path: String, reason: String)
  case noCases(folder: String, model: String)

  /// Lower-case phrase with the path.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): missing"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .noCases(let folder, let model): "\(folder): no case of \(model)"
    }
  }
}
