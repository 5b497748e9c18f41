/// Style of a series: colour, marker shape and dash pattern.
package struct SeriesStyle: Equatable, Sendable {
  /// Number of the style, counted from 0.
  package let index: Int

  /// Style with the given number; styles 42 apart have the same colour and marker.
  package init(index: Int) { self.index = index }

  /// Colours of Okabe and Ito, "Color Universal Design" (2008), without yellow, which is too faint on white; black
  /// comes last.
  ///
  /// In the light scheme orange and sky blue are darker than published, so that the contrast with the page is 3 : 1
  /// (WCAG 2.1, 1.4.11). In the dark scheme most colours are lighter.
  static let colours: [(light: String, dark: String)] = [
    ("#0072B2", "#4FA9E0"), ("#D55E00", "#F07A2B"), ("#009E73", "#21BF94"), ("#CC79A7", "#DB93BB"),
    ("#C58800", "#E69F00"), ("#3498D3", "#7CC6F0"), ("#000000", "#F2F2F2"),
  ]
  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "5 2 1 2 1 2"]

  /// Class of the style sheet that sets the colour.
  var colourClass: String { "s\(index % Self.colours.count)" }

  /// Dash attribute of a line; empty for a solid line.
  var dashAttribute: Markup {
    let dash = Self.dashes[(index + index / Self.dashes.count) % Self.dashes.count]
    return dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
  }

  /// Marker of the series around (x, y); a hollow marker shows that clips are left out of the point.
  func marker(x: Double, y: Double, isHollow: Bool = false, radius: Double = 4.2) -> Markup {
    let fill: Markup = isHollow ? "class=\"c-h\"" : "fill=\"currentColor\""
    let r = radius
    switch index % 6 {
    case 0:
      return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(r)\" \(fill)/>"
    case 1:
      let half = r * 0.9
      return "<rect x=\"\(x - half)\" y=\"\(y - half)\" width=\"\(half * 2)\" height=\"\(half * 2)\" \(fill)/>"
    case 2:
      return polygon([(x, y - r * 1.2), (x + r * 1.15, y + r * 0.85), (x - r * 1.15, y + r * 0.85)], fill)
    case 3:
      return polygon([(x, y - r * 1.3), (x + r * 1.3, y), (x, y + r * 1.3), (x - r * 1.3, y)], fill)
    case 4:
      return polygon([(x, y + r * 1.2), (x + r * 1.15, y - r * 0.85), (x - r * 1.15, y - r * 0.85)], fill)
    default:
      let (a, b) = (r * 1.25, r * 0.5)
      return polygon(
        [
          (x - b, y - a), (x + b, y - a), (x + b, y - b), (x + a, y - b), (x + a, y + b), (x + b, y + b),
          (x + b, y + a), (x - b, y + a), (x - b, y + b), (x - a, y + b), (x - a, y - b), (x - b, y - b),
        ], fill)
    }
  }

  private func polygon(_ corners: [(Double, Double)], _ fill: Markup) -> Markup {
    let points = corners.map { "\(NumberText.coordinate($0.0)),\(NumberText.coordinate($0.1))" }
    return "<polygon points=\"\(points.joined(separator: " "))\" \(fill)/>"
  }
}
