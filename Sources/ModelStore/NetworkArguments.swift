import Foundation

/// Constructor arguments of the published network: the JSON object `kwargs` in a model file's metadata, read with range
/// checks.
struct NetworkArguments {
  private let path: String
  private let values: [String: NetworkArgument]

  /// Arguments in the metadata of the file at `path`, which errors name.
  ///
  /// - Throws: ``ModelError/missingMetadata(path:key:)``, or ``ModelError/invalidMetadata(path:key:found:allowed:)`` if
  ///   `kwargs` is no JSON object.
  init(metadata: [String: String], path: String) throws {
    self.path = path
    guard let text = metadata["kwargs"] else { throw ModelError.missingMetadata(path: path, key: "kwargs") }
    do {
      values = try JSONDecoder().decode([String: NetworkArgument].self, from: Data(text.utf8))
    } catch {
      throw ModelError.invalidMetadata(path: path, key: "kwargs", found: text, allowed: "a JSON object")
    }
  }

  /// Reads a required integer argument.
  ///
  /// - Throws: ``ModelError/missingMetadata(path:key:)``, or ``ModelError/invalidMetadata(path:key:found:allowed:)``
  ///   for a value that is no integer in `range`.
  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    try optionalInteger(key, in: range) ?? { throw ModelError.missingMetadata(path: path, key: "kwargs.\(key)") }()
  }

  /// Reads an integer argument; nil if the argument is absent or `null`.
  ///
  /// - Throws: ``ModelError/invalidMetadata(path:key:found:allowed:)`` for a value that is no integer in `range`.
  func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    switch values[key] {
    case nil, .null: return nil
    case .integer(let value) where range.contains(value): return value
    case .some(let value): throw invalid(key, found: value, allowed: text(of: range))
    }
  }

  /// Reads a required argument that is a list of integers.
  ///
  /// - Parameters:
  ///   - key: Name of the argument.
  ///   - count: Allowed lengths of the list.
  ///   - range: Allowed values of each integer.
  /// - Throws: ``ModelError/missingMetadata(path:key:)`` or ``ModelError/invalidMetadata(path:key:found:allowed:)``.
  func integers(_ key: String, count: ClosedRange<Int>, in range: ClosedRange<Int>) throws -> [Int] {
    guard let value = values[key] else { throw ModelError.missingMetadata(path: path, key: "kwargs.\(key)") }
    guard case .integers(let list) = value, count.contains(list.count), list.allSatisfy(range.contains) else {
      throw invalid(key, found: value, allowed: "\(text(of: count)) numbers of \(text(of: range))")
    }
    return list
  }

  /// Checks that argument `key` is absent, `null` or `allowed`. Other values select variants of the network that vampc
  /// does not implement.
  ///
  /// - Throws: ``ModelError/invalidMetadata(path:key:found:allowed:)``.
  func require(_ key: String, toBe allowed: NetworkArgument) throws {
    guard let value = values[key], value != .null, value != allowed else { return }
    throw invalid(key, found: value, allowed: allowed.description)
  }

  func invalid(_ key: String, found: Int, allowed: String) -> ModelError {
    invalid(key, found: .integer(found), allowed: allowed)
  }

  private func invalid(_ key: String, found: NetworkArgument, allowed: String) -> ModelError {
    .invalidMetadata(path: path, key: "kwargs.\(key)", found: found.description, allowed: allowed)
  }

  private func text(of range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
}
