/// Argument of a network's constructor.
package enum NetworkArgument: Codable, Equatable, CustomStringConvertible {
  /// JSON's null.
  case null
  /// JSON's true or false.
  case boolean(Bool)
  /// JSON number without a fraction that fits 64 bits.
  case integer(Int)
  /// Any other JSON number.
  case number(Double)
  /// JSON string.
  case string(String)
  /// JSON array of integers.
  case integers([Int])
  /// JSON value of any other form, such as an object; no argument that vampc reads may have this form.
  case other

  /// Decodes any JSON value.
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

  /// Text of the value for error messages, such as `[2, 4]`.
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
