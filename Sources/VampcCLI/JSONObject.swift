import Foundation
import SystemCalls

/// JSON object that is printed with one key a line, in the order in which the keys are set.
struct JSONObject {
  private var lines: [(key: String, text: String)] = []

  mutating func set(_ key: String, _ value: String?) { lines.append((key, value.map(Self.quoted) ?? "null")) }
  mutating func set(_ key: String, _ value: Int?) { lines.append((key, value.map(String.init) ?? "null")) }
  mutating func set(_ key: String, _ value: Bool?) { lines.append((key, value.map(String.init) ?? "null")) }

  /// Sets a number, rounded to millionths; nil and numbers that are not finite become null.
  mutating func set(_ key: String, _ value: Double?) {
    guard let value, value.isFinite else { return lines.append((key, "null")) }
    let rounded = (value * 1e6).rounded() / 1e6
    lines.append((key, rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"))
  }

  mutating func set(_ key: String, _ values: [String]) {
    lines.append((key, "[" + values.map(Self.quoted).joined(separator: ", ") + "]"))
  }

  /// Sets an array of numbers, rounded to thousandths; all numbers must be finite.
  mutating func set(_ key: String, _ values: [Double]) {
    lines.append((key, "[" + values.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: ", ") + "]"))
  }

  /// Sets an array of arrays of strings.
  mutating func set(_ key: String, _ lists: [[String]]) {
    let texts = lists.map { "[" + $0.map(Self.quoted).joined(separator: ", ") + "]" }
    lines.append((key, "[" + texts.joined(separator: ", ") + "]"))
  }

  /// Sets an array of arrays of integers.
  mutating func set(_ key: String, _ lists: [[Int]]) { lines.append((key, Self.text(of: lists))) }

  /// Sets an array of arrays of arrays of integers.
  mutating func set(_ key: String, _ lists: [[[Int]]]) {
    lines.append((key, "[" + lists.map(Self.text).joined(separator: ", ") + "]"))
  }

  private static func text(of lists: [[Int]]) -> String {
    let texts = lists.map { "[" + $0.map(String.init).joined(separator: ", ") + "]" }
    return "[" + texts.joined(separator: ", ") + "]"
  }

  mutating func set(_ key: String, _ objects: [JSONObject]) {
    let texts = objects.map { $0.text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n") }
    lines.append((key, texts.isEmpty ? "[]" : "[\n" + texts.joined(separator: ",\n") + "\n  ]"))
  }

  mutating func set(_ key: String, _ object: JSONObject) {
    lines.append((key, object.text.split(separator: "\n").joined(separator: "\n  ")))
  }

  /// Keys, and values as JSON text, in order.
  var entries: [(key: String, text: String)] { lines }

  /// JSON text of the object, without a line feed at its end.
  var text: String {
    "{\n" + lines.map { "  \(Self.quoted($0.key)): \($0.text)" }.joined(separator: ",\n") + "\n}"
  }

  /// JSON text of one object, or of an array of several objects.
  static func text(of objects: [JSONObject]) -> String {
    objects.count == 1 ? objects[0].text : "[\n" + objects.map(\.text).joined(separator: ",\n") + "\n]"
  }

  /// JSON text of a string. A byte of a path that is not UTF-8 becomes the character U+10FF00 plus the byte, as a pair of
  /// escaped surrogates (`PathText`).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case _ where PathText.isByte(scalar): result += String(scalar).utf16.map(escaped).joined()
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        result += escaped(UInt16(scalar.value))
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func escaped(_ unit: UInt16) -> String { String(format: "\\u%04x", unit) }
}
