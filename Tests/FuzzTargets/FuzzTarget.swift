/// A reader and the promises it makes about any bytes whatever.
///
/// `scripts/fuzz` looks for bytes that break one; a test replays those of `fixtures/fuzz`.
public struct FuzzTarget: Sendable {
  /// Also the folder of its corpus.
  public let name: String
  /// - Throws: `FuzzFinding` when a promise is broken. Traps count as broken, too.
  public let check: @Sendable (_ input: [UInt8]) throws -> Void

  public init(name: String, check: @escaping @Sendable (_ input: [UInt8]) throws -> Void) {
    self.name = name
    self.check = check
  }

  public static let all: [FuzzTarget] = [container, archive, pickle, dacFile, modelImport]

  /// - Returns: `nil` where no target has that name.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// A broken promise.
public struct FuzzFinding: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// - Throws: `FuzzFinding` unless `holds`.
func require(_ holds: @autoclosure () throws -> Bool, _ promise: @autoclosure () -> String) throws {
  if try !holds() { throw FuzzFinding(promise()) }
}
