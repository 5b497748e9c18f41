/// Chart of curves with markers and error bars. The horizontal axis shows the bitrate in kbit/s, linear or logarithmic;
/// the vertical axis shows a metric and is linear.
package struct LineChart: Sendable {
  /// Point of a curve: a condition with its rate in kbit/s (x) and its value of the metric (y).
  package struct Point: Sendable {
    var x: Double
    var y: Double
    /// Lower end of the error bar, which is drawn if both ends are known; nil without an interval.
    var lower: Double?
    /// Upper end of the error bar; nil without an interval.
    var upper: Double?
    /// Text beside the point, shown where there is room.
    var label: String
    var tooltip: String
    /// Identifier of the condition, which the page's script reads on a click.
    var condition: String
    /// Whether any clip is left out of the mean; the point's marker is then hollow.
    var isPartial: Bool
  }

  /// Curve of the chart.
  package struct Series: Sendable {
    /// Name in the legend. Series with the same name share an entry of the legend, with the style of the first one.
    var name: String
    var style: SeriesStyle
    /// Points in ascending order of x, joined by a line.
    var points: [Point]
  }

  /// Size of the chart.
  package enum Size: Sendable {
    /// Size for a wide screen.
    case wide
    /// Size for a telephone held upright; the text is as large as in `wide`.
    case narrow
  }

  var name: String
  var title: String
  var summary: String
  var xLabel: String
  var yLabel: String
  var series: [Series]
  /// Whether the vertical axis also covers 0, as suits a distance.
  var includesZero: Bool

  func drawing(_ xKind: ChartScale.Kind, size: Size = .wide) -> ChartDrawing {
    let points = series.flatMap(\.points)
    let frame = Frame(
      size: size,
      x: ChartScale(
        xKind, covering: points.map(\.x), includingZero: true, tickCount: size == .wide ? 8 : 5),
      y: ChartScale(
        .linear, covering: points.flatMap { [$0.y, $0.lower, $0.upper].compactMap(\.self) },
        includingZero: includesZero, tickCount: 6))
    var content: Markup = "<text class=\"c-t\" x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"600\">\(title)</text>"
    content += frame.axes(xLabel: xKind == .linear ? xLabel : xLabel + ", logarithmic", yLabel: yLabel)
    for one in series { content += line(of: one, in: frame) }
    for one in series { content += markers(of: one, in: frame) }
    content += pointLabels(in: frame)
    let legend = ChartLegend(
      entries: legendEntries, left: 16, width: frame.width - 26, top: frame.bottom + 50)
    content += legend.content
    return ChartDrawing(
      name: "\(name)-\(xKind == .linear ? "linear" : "log")", title: title, summary: summary, width: frame.width,
      height: legend.bottom + 8, content: content)
  }

  private var legendEntries: [(name: String, style: SeriesStyle)] {
    var entries: [(name: String, style: SeriesStyle)] = []
    for one in series where !entries.contains(where: { $0.name == one.name }) { entries.append((one.name, one.style)) }
    return entries
  }

  private func line(of series: Series, in frame: Frame) -> Markup {
    guard series.points.count > 1 else { return "" }
    let places = series.points.map { point in
      "\(NumberText.coordinate(frame.x(point.x))),\(NumberText.coordinate(frame.y(point.y)))"
    }
    return """
      <polyline class="c-l \(series.style.colourClass)" stroke-width="1.8" stroke-linejoin="round"\
      \(series.style.dashAttribute) points="\(places.joined(separator: " "))"/>
      """
  }

  private func markers(of series: Series, in frame: Frame) -> Markup {
    series.points.map { point in
      let (x, y) = (frame.x(point.x), frame.y(point.y))
      var bar: Markup = ""
      if let lower = point.lower, let upper = point.upper {
        let (top, bottom) = (frame.y(upper), frame.y(lower))
        bar = """
          <path class="c-l" stroke-width="1.2" d="M\(x) \(top)V\(bottom)M\(x - 3.5) \(top)h7M\(x - 3.5) \(bottom)h7"/>
          """
      }
      return """
        <g class="p \(series.style.colourClass)" data-condition="\(point.condition)"><title>\(point.tooltip)</title>\(bar)\
        \(series.style.marker(x: x, y: y, isHollow: point.isPartial))\
        <circle cx="\(x)" cy="\(y)" r="11" fill="none" pointer-events="all"/></g>
        """
    }.joined()
  }

  /// Draws the labels of the points. Each label takes the first free place around its point; without a free place only
  /// the tooltip names the point.
  private func pointLabels(in frame: Frame) -> Markup {
    let fontSize = 9.5
    var room = LabelRoom(
      left: frame.left, top: frame.top, right: frame.width - 4, bottom: frame.bottom)
    for point in series.flatMap(\.points) {
      let (x, y) = (frame.x(point.x), frame.y(point.y))
      room.occupy(x: x - 5, y: y - 5, width: 10, height: 10)
      if let lower = point.lower, let upper = point.upper {
        room.occupy(x: x - 3, y: frame.y(upper), width: 6, height: frame.y(lower) - frame.y(upper))
      }
    }
    for one in series {
      for (start, end) in zip(one.points, one.points.dropFirst()) {
        room.occupyLine(
          from: (frame.x(start.x), frame.y(start.y)), to: (frame.x(end.x), frame.y(end.y)))
      }
    }
    return series.flatMap(\.points).map { point -> Markup in
      let width = TextMetrics.width(point.label, size: fontSize)
      guard let place = room.place(width: width, height: fontSize, around: (frame.x(point.x), frame.y(point.y))) else {
        return ""
      }
      return """
        <text class="c-m" x="\(place.x)" y="\(place.y + fontSize * 0.85)" font-size="\(fontSize)" \
        pointer-events="none">\(point.label)</text>
        """
    }.joined()
  }
}
