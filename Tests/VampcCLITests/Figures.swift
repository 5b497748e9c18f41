import Foundation
import Testing

/// A flat JSON object that a command printed.
struct Figures {
  enum Value: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case strings([String])
    case numbers([Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .string(value)
      } else if let value = try? container.decode([Double].self) {
        self = .numbers(value)
      } else {
        self = .strings(try container.decode([String].self))
      }
    }
  }

  private let values: [String: Value]

  init(_ json: Data) throws { values = try JSONDecoder().decode([String: Value].self, from: json) }

  func double(_ key: String) throws -> Double {
    guard case .number(let value) = values[key] else { throw FiguresError(key: key, found: values[key]) }
    return value
  }

  func int(_ key: String) throws -> Int {
    guard let value = Int(exactly: try double(key)) else { throw FiguresError(key: key, found: values[key]) }
    return value
  }

  func string(_ key: String) throws -> String {
    guard case .string(let value) = values[key] else { throw FiguresError(key: key, found: values[key]) }
    return value
  }

  func strings(_ key: String) throws -> [String] {
    switch values[key] {
    case .strings(let value): return value
    // An empty array has no type.
    case .numbers([]): return []
    default: throw FiguresError(key: key, found: values[key])
    }
  }

  /// Numbers of an array, which may be empty.
  func doubles(_ key: String) throws -> [Double] {
    guard case .numbers(let value) = values[key] else { throw FiguresError(key: key, found: values[key]) }
    return value
  }

  func bool(_ key: String) throws -> Bool {
    guard case .bool(let value) = values[key] else { throw FiguresError(key: key, found: values[key]) }
    return value
  }

  func isNull(_ key: String) -> Bool { values[key] == .null }
}

/// A key that is missing or of another type.
struct FiguresError: Error {
  let key: String
  let found: Figures.Value?
}
