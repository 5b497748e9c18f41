/// Reader with the promises that it keeps for any input.
///
/// `scripts/fuzz` searches for inputs that break a promise; a test replays those of `fixtures/fuzz`.
public struct FuzzTarget: Sendable {
  /// Name of the target and of the folder with its corpus.
  public let name: String
  /// Checks all promises for one input.
  ///
  /// - Throws: `FuzzFinding` if a promise is broken. A trap counts as a broken promise, too.
  public let check: @Sendable (_ input: [UInt8]) throws -> Void

  /// Creates a target.
  public init(name: String, check: @escaping @Sendable (_ input: [UInt8]) throws -> Void) {
    self.name = name
    self.check = check
  }

  /// All targets.
  public static let all: [FuzzTarget] = [
    container, archive, pickle, dacFile, modelImport, safetensors, statistics, numPy, audio, sweep, decode,
  ]

  /// Returns the target with a name, or `nil`.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Broken promise of a reader.
public struct FuzzFinding: Error, CustomStringConvertible {
  /// Description of the promise and the values that break it.
  public let description: String

  /// Creates a finding.
  public init(_ description: String) { self.description = description }
}

/// Checks one promise.
///
/// - Throws: `FuzzFinding` unless `holds` is true.
func require(_ holds: @autoclosure () throws -> Bool, _ promise: @autoclosure () -> String) throws {
  if try !holds() { throw FuzzFinding(promise()) }
}
