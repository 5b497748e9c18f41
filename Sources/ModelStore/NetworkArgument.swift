/// Argument of a network's constructor.
package enum NetworkArgument: Codable, Equatable, CustomStringConvertible {
  /// JSON's null.
  case null
  /// Boolean.
  case boolean(Bool)
  /// Integer.
  case integer(Int)
  /// Number that is no integer.
  case number(Double)
  /// Text.
  case string(String)
  /// List of integers.
  case integers([Int])
  /// Value of any other type, which no network uses.
  case other

  /// Decodes a value of any type.
  package init(from decoder: any Decoder) throws {
    guard let container = try? decoder.singleValueContainer() else {
      self = .other
      return
    }
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Int].self) {
      self = .integers(value)
    } else {
      self = .other
    }
  }

  /// Encodes the value; `.other` becomes an empty object, which decodes as `.other`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .other: try container.encode([String: Int]())
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .integers(let value): try container.encode(value)
    }
  }

  /// Value for messages.
  package var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .integers(let value): "\(value)"
    case .other: "something else"
    }
  }
}
