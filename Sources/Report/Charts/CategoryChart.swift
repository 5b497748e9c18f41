/// Chart of panels one above the other over the same categories. The figures of the VampNet paper have this
/// arrangement: box plots of one metric on top, bars of another metric below.
package struct CategoryChart: Sendable {
  /// Category of the chart: one condition.
  package struct Category: Sendable {
    var label: String
    var style: SeriesStyle
    /// Name of the series, for the legend.
    var series: String
    var condition: String
  }

  /// Values of a panel, as box plots or as bars.
  package enum Values: Sendable {
    /// Box plots in the order of the chart's categories; a dash stands for nil.
    case boxes([BoxStatistics?])
    /// Bars in the order of the chart's categories; a dash stands for nil.
    case bars([Bar?])
  }

  /// Bar with the ends of its 95 % interval, which are nil without an interval.
  package struct Bar: Sendable {
    var value: Double
    var lower: Double?
    var upper: Double?
  }

  /// Panel of the chart: a plot with a vertical axis of its own.
  package struct Panel: Sendable {
    var yLabel: String
    var values: Values
    /// Text that the panel shows where no category has a value.
    var emptyText: String
  }

  var name: String
  var title: String
  var summary: String
  var xLabel: String
  var categories: [Category]
  var panels: [Panel]
  /// Notes below the chart, each a paragraph of its own.
  var notes: [String]

  private static let panelHeight = 190.0
  private static let panelGap = 26.0
  private static let top = 38.0

  func drawing() -> ChartDrawing {
    let scales = panels.map { ChartScale(.linear, covering: $0.extent, includingZero: true, tickCount: 5) }
    let tickWidth = scales.flatMap(\.tickTexts).map { TextMetrics.width($0, size: 11) }.max() ?? 0
    let labelWidths = categories.map { TextMetrics.width($0.label, size: 11) }
    let labelWidth = labelWidths.max() ?? 0
    let count = Double(max(1, categories.count))
    let step = max(30, 400 / count, min(110, (720 - 58 - tickWidth) / count))
    let isSlanted = labelWidth > step - 6
    // A slanted label reaches to the left of its category; the vertical axis leaves room for the first labels.
    var overhang = 0.0
    for (index, width) in labelWidths.enumerated() {
      overhang = max(overhang, width * 0.6 + 12 - step * (Double(index) + 0.5))
    }
    let left = max(40 + tickWidth, isSlanted ? overhang : 0)
    let right = left + step * Double(categories.count)
    let width = max(right + 18, 480)
    let bottom = Self.top + Double(panels.count) * (Self.panelHeight + Self.panelGap) - Self.panelGap
    let labelHeight = isSlanted ? labelWidth * 0.82 + 26 : 30

    var content: Markup = "<text class=\"c-t\" x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"600\">\(title)</text>"
    for (index, (panel, scale)) in zip(panels, scales).enumerated() {
      let top = Self.top + Double(index) * (Self.panelHeight + Self.panelGap)
      let frame = Frame(
        left: left, right: right, top: top, bottom: top + Self.panelHeight, step: step, scale: scale)
      content += frame.axes(yLabel: panel.yLabel, isEmpty: panel.extent.isEmpty)
      content += marks(of: panel, in: frame)
    }
    for (index, category) in categories.enumerated() {
      let x = left + step * (Double(index) + 0.5)
      let place: Markup =
        isSlanted
        ? "transform=\"translate(\(x + 4) \(bottom + 25)) rotate(-55)\" text-anchor=\"end\""
        : "x=\"\(x)\" y=\"\(bottom + 27)\" text-anchor=\"middle\""
      content += """
        <g class="\(category.style.colourClass)">\(category.style.marker(x: x, y: bottom + 10, radius: 3.2))</g>\
        <text class="c-t" \(place) font-size="11">\(category.label)</text>
        """
    }
    let below = bottom + labelHeight + 16
    content += "<text class=\"c-t\" x=\"\((left + right) / 2)\" y=\"\(below)\" text-anchor=\"middle\">\(xLabel)</text>"
    let legend = ChartLegend(
      entries: legendEntries, left: 16, width: width - 26, top: below + 22, showsLines: false)
    content += legend.content
    var end = legend.bottom + 10
    for line in notes.flatMap({ TextMetrics.lines(of: $0, width: width - 32, size: 11) }) {
      end += 15
      content += "<text class=\"c-m\" x=\"16\" y=\"\(end - 4)\" font-size=\"11\">\(line)</text>"
    }
    return ChartDrawing(
      name: name, title: title, summary: summary, width: width, height: end + 2, content: content)
  }

  /// Entries of the legend, one for each series in the order of the categories; empty if there is only one series.
  private var legendEntries: [(name: String, style: SeriesStyle)] {
    var entries: [(name: String, style: SeriesStyle)] = []
    for category in categories where !entries.contains(where: { $0.name == category.series }) {
      entries.append((category.series, category.style))
    }
    return entries.count > 1 ? entries : []
  }

  private func marks(of panel: Panel, in frame: Frame) -> Markup {
    let marks = categories.indices.map { index -> Markup? in
      let mark: (shape: Markup, tooltip: String)? =
        switch panel.values {
        case .boxes(let boxes): boxes[index].map { (frame.box($0, at: index), tooltip(of: $0)) }
        case .bars(let bars): bars[index].map { (frame.bar($0, at: index), tooltip(of: $0)) }
        }
      guard let mark else { return nil }
      let category = categories[index]
      return """
        <g class="p \(category.style.colourClass)" data-condition="\(category.condition)">\
        <title>\(category.label): \(mark.tooltip)</title>\(mark.shape)</g>
        """
    }
    if marks.allSatisfy({ $0 == nil }) {
      let (x, y) = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
      return "<text class=\"c-m\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"middle\">\(panel.emptyText)</text>"
    }
    return marks.enumerated().map { index, mark in
      mark
        ?? "<text class=\"c-m\" x=\"\(frame.middle(index))\" y=\"\(frame.bottom - 5)\" text-anchor=\"middle\">–</text>"
    }.joined()
  }

  private func tooltip(of box: BoxStatistics) -> String {
    """
    median \(NumberText.short(box.median)), quartiles \(NumberText.short(box.lowerQuartile)) to \
    \(NumberText.short(box.upperQuartile)), whiskers \(NumberText.short(box.lowerWhisker)) to \
    \(NumberText.short(box.upperWhisker)), \(NumberText.count(box.count, "clip"))
    """
  }

  private func tooltip(of bar: Bar) -> String {
    guard let lower = bar.lower, let upper = bar.upper else { return NumberText.short(bar.value) }
    return "\(NumberText.short(bar.value)), 95 % interval \(NumberText.short(lower)) to \(NumberText.short(upper))"
  }
}

extension CategoryChart.Panel {
  /// Values that the vertical axis must cover.
  fileprivate var extent: [Double] {
    switch values {
    case .boxes(let boxes): boxes.compactMap(\.self).flatMap { [$0.lowerWhisker, $0.upperWhisker] }
    case .bars(let bars): bars.compactMap(\.self).flatMap { [$0.value, $0.lower, $0.upper].compactMap(\.self) }
    }
  }
}
