/// Text of HTML or SVG.
///
/// A literal's own text is taken as it stands; strings put in with `\(…)` are escaped, so nothing that comes from a file
/// name can become markup. Markup put in stays markup.
package struct Markup: Equatable, Sendable, ExpressibleByStringInterpolation {
  package private(set) var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation interpolation: Interpolation) { text = interpolation.text }

  /// Takes text that the caller vouches for: it must be markup already.
  init(trusting text: String) { self.text = text }

  package static func += (left: inout Markup, right: Markup) { left.text += right.text }

  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    package mutating func appendInterpolation(_ string: String) { text += Markup.escaped(string) }
    package mutating func appendInterpolation(_ integer: Int) { text += String(integer) }
    /// A coordinate: two decimals.
    package mutating func appendInterpolation(_ coordinate: Double) { text += NumberText.coordinate(coordinate) }
  }

  /// Fit for text and for attributes in either kind of quotes; control characters, which XML forbids, become U+FFFD.
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
  package func joined() -> Markup { Markup(trusting: map(\.text).joined()) }
}
