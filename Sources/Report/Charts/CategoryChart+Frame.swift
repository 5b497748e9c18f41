extension CategoryChart {
  /// Rectangle of one panel in the drawing, and the shapes inside it.
  struct Frame {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// Distance from one category to the next, in units of the drawing.
    let step: Double
    let scale: ChartScale

    /// Horizontal centre, in units of the drawing, of the category with the given index, counted from 0 at the left.
    func middle(_ index: Int) -> Double { left + step * (Double(index) + 0.5) }
    private func y(_ value: Double) -> Double { bottom - (bottom - top) * scale.fraction(of: value) }
    private var halfWidth: Double { min(16, step * 0.34) }

    func axes(yLabel: String, isEmpty: Bool) -> Markup {
      var content: Markup = ""
      for (tick, text) in zip(scale.ticks, scale.tickTexts) where !isEmpty {
        let place = y(tick)
        content += """
          <path class="c-g" d="M\(left) \(place)H\(right)"/>\
          <text class="c-m" x="\(left - 6)" y="\(place + 4)" text-anchor="end" font-size="11">\(text)</text>
          """
      }
      let middle = (top + bottom) / 2
      content += """
        <path class="c-a" d="M\(left) \(top)V\(bottom)H\(right)"/>\
        <text class="c-t" transform="translate(15 \(middle)) rotate(-90)" text-anchor="middle" \
        font-size="11.5">\(yLabel)</text>
        """
      return content
    }

    func box(_ box: BoxStatistics, at index: Int) -> Markup {
      let (x, half) = (middle(index), halfWidth)
      let (low, high) = (y(box.lowerWhisker), y(box.upperWhisker))
      let (bottom, top) = (y(box.lowerQuartile), y(box.upperQuartile))
      return """
        <path class="c-l" stroke-width="1.2" \
        d="M\(x) \(high)V\(top)M\(x) \(bottom)V\(low)M\(x - half / 2) \(high)h\(half)M\(x - half / 2) \(low)h\(half)"/>\
        <rect class="c-f" stroke-width="1.2" x="\(x - half)" y="\(top)" width="\(half * 2)" \
        height="\(max(0.5, bottom - top))"/>\
        <path class="c-l" stroke-width="2.4" d="M\(x - half) \(y(box.median))h\(half * 2)"/>
        """
    }

    func bar(_ bar: Bar, at index: Int) -> Markup {
      let (x, half) = (middle(index), halfWidth)
      let (zero, end) = (y(0), y(bar.value))
      var content: Markup = """
        <rect class="c-f" stroke-width="1.2" x="\(x - half)" y="\(min(zero, end))" width="\(half * 2)" \
        height="\(max(0.5, abs(zero - end)))"/>
        """
      if let lower = bar.lower, let upper = bar.upper {
        let (bottom, top) = (y(lower), y(upper))
        content += """
          <path class="c-l" stroke-width="1.4" d="M\(x) \(top)V\(bottom)M\(x - 4) \(top)h8M\(x - 4) \(bottom)h8"/>
          """
      }
      return content
    }
  }
}
