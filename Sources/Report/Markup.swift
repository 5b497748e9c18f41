/// Text of HTML or SVG.
///
/// The text of a literal is taken unchanged. Strings interpolated with `\(…)` are escaped, so that no file name can
/// become markup. Interpolated markup stays markup.
package struct Markup: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// Text of HTML or SVG, with the interpolated strings escaped.
  package private(set) var text: String

  /// Creates markup from a literal.
  package init(stringLiteral value: String) { text = value }
  /// Creates markup from a literal with interpolations.
  package init(stringInterpolation interpolation: Interpolation) { text = interpolation.text }

  /// Creates markup from text that is markup already; the caller vouches for the text.
  init(trusting text: String) { self.text = text }

  /// Appends markup.
  package static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// Interpolation that escapes strings.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    package mutating func appendInterpolation(_ string: String) { text += Markup.escaped(string) }
    package mutating func appendInterpolation(_ integer: Int) { text += String(integer) }
    /// Appends a coordinate with at most two decimals.
    package mutating func appendInterpolation(_ coordinate: Double) { text += NumberText.coordinate(coordinate) }
  }

  /// Escapes a string for text and for attributes in either kind of quotes. U+FFFE, U+FFFF and all control characters
  /// except tab and line feed become U+FFFD.
  package static func escaped(_ string: String) -> String {
    var result = ""
    result.reserveCapacity(string.utf8.count)
    for scalar in string.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Sequence where Element == Markup {
  /// Joins the markup without separators.
  package func joined() -> Markup { Markup(trusting: map(\.text).joined()) }
}
