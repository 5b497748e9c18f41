/// Style sheets of charts: classes for text, lines and series.
enum ChartColours {
  /// Style rules for SVG files: dark text on white, and the series in the colours of the light scheme.
  static var fixed: String {
    rules(ink: "#1b1b1b", muted: "#555555", grid: "#dddddd", axis: "#777777", paper: "#ffffff")
      + SeriesStyle.colours.enumerated().map { ".s\($0){color:\($1.light)}" }.joined()
  }

  /// Style rules for the HTML page, whose style sheet gives the colours as custom properties.
  static var page: String {
    rules(ink: "var(--ink)", muted: "var(--muted)", grid: "var(--grid)", axis: "var(--axis)", paper: "var(--paper)")
      + SeriesStyle.colours.indices.map { ".s\($0){color:var(--s\($0))}" }.joined()
  }

  static var lightProperties: String { properties(\.light) }
  static var darkProperties: String { properties(\.dark) }

  private static func properties(_ colour: ((light: String, dark: String)) -> String) -> String {
    SeriesStyle.colours.enumerated().map { "--s\($0):\(colour($1));" }.joined()
  }

  private static func rules(ink: String, muted: String, grid: String, axis: String, paper: String) -> String {
    """
    .c-t{fill:\(ink)}.c-m{fill:\(muted)}.c-g{stroke:\(grid);fill:none}.c-a{stroke:\(axis);fill:none}\
    .c-h{fill:\(paper);stroke:currentColor;stroke-width:1.6}.c-l{fill:none;stroke:currentColor}\
    .c-f{fill:currentColor;fill-opacity:.28;stroke:currentColor}
    """
  }
}
