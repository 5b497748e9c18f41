/// Legend of a chart: names of series, each behind its marker, wrapped to a width. If the parameter `showsLines` is
/// true, the marker lies on a sample of the series' line.
struct ChartLegend {
  private(set) var content: Markup = ""
  /// Vertical position of the legend's lower end, in units of the drawing.
  private(set) var bottom: Double

  init(entries: [(name: String, style: SeriesStyle)], left: Double, width: Double, top: Double, showsLines: Bool = true)
  {
    let rowHeight = 18.0
    let keyWidth = showsLines ? 32.0 : 18
    var x = left
    var y = top
    for (name, style) in entries {
      let entryWidth = keyWidth + TextMetrics.width(name, size: 11.5) + 18
      if x > left, x + entryWidth > left + width {
        x = left
        y += rowHeight
      }
      let middle = showsLines ? x + 13 : x + 6
      let line: Markup =
        showsLines
        ? "<path class=\"c-l\" stroke-width=\"1.8\"\(style.dashAttribute) d=\"M\(x) \(y)h26\"/>" : ""
      content += """
        <g class="\(style.colourClass)">\(line)\(style.marker(x: middle, y: y))</g>\
        <text class="c-t" x="\(x + keyWidth)" y="\(y + 4)" font-size="11.5">\(name)</text>
        """
      x += entryWidth
    }
    bottom = y + (entries.isEmpty ? 0 : rowHeight / 2)
  }
}
