extension LineChart {
  /// Rectangle of the plot in the drawing, and the positions of values in it.
  struct Frame {
    let width: Double
    let left: Double
    let right: Double
    let top = 34.0
    let bottom: Double
    private let xScale: ChartScale
    private let yScale: ChartScale

    init(size: Size, x xScale: ChartScale, y yScale: ChartScale) {
      self.xScale = xScale
      self.yScale = yScale
      let labelWidth = yScale.tickTexts.map { TextMetrics.width($0, size: 11) }.max() ?? 0
      left = 34 + labelWidth
      switch size {
      case .wide:
        width = 720
        bottom = top + 320
      case .narrow:
        width = 360
        bottom = top + 270
      }
      right = width - 18
    }

    func x(_ value: Double) -> Double { left + (right - left) * xScale.fraction(of: value) }
    func y(_ value: Double) -> Double { bottom - (bottom - top) * yScale.fraction(of: value) }

    func axes(xLabel: String, yLabel: String) -> Markup {
      var content: Markup = ""
      for (tick, text) in zip(yScale.ticks, yScale.tickTexts) {
        let place = y(tick)
        content += """
          <path class="c-g" d="M\(left) \(place)H\(right)"/>\
          <text class="c-m" x="\(left - 6)" y="\(place + 4)" text-anchor="end" font-size="11">\(text)</text>
          """
      }
      for (tick, text) in zip(xScale.ticks, xScale.tickTexts) {
        let place = x(tick)
        content += """
          <path class="c-g" d="M\(place) \(top)V\(bottom)"/>\
          <text class="c-m" x="\(place)" y="\(bottom + 16)" text-anchor="middle" font-size="11">\(text)</text>
          """
      }
      let middle = (top + bottom) / 2
      content += """
        <path class="c-a" d="M\(left) \(top)V\(bottom)H\(right)"/>\
        <text class="c-t" x="\((left + right) / 2)" y="\(bottom + 33)" text-anchor="middle">\(xLabel)</text>\
        <text class="c-t" transform="translate(15 \(middle)) rotate(-90)" text-anchor="middle">\(yLabel)</text>
        """
      return content
    }
  }
}
