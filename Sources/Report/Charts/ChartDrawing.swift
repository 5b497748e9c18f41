/// Finished chart, for a page or for a file of its own.
package struct ChartDrawing: Sendable {
  /// Name of the drawing, valid as a file name and as an id.
  package let name: String
  /// Title of the chart.
  package let title: String
  /// Description of the chart in one or two sentences, for readers who cannot see it.
  package let summary: String
  /// Width in units of the drawing: pixels of a screen at normal size.
  package let width: Double
  /// Height in units of the drawing: pixels of a screen at normal size.
  package let height: Double
  let content: Markup

  /// SVG element for a page whose style sheet holds ``ChartColours/page``; `id` must be unique in the page.
  func inline(id: String) -> Markup {
    """
    <svg class="chart" role="img" aria-labelledby="\(id)-t \(id)-d" viewBox="0 0 \(width) \(height)" \
    style="min-width:\(min(width, 700) * 0.86)px;max-width:\(width)px" font-size="12">\
    <title id="\(id)-t">\(title)</title><desc id="\(id)-d">\(summary)</desc>\(content)</svg>
    """
  }

  /// Complete SVG file with a white background and its own colours.
  package var file: String {
    let drawing: Markup = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" font-family="DejaVu Sans, Verdana, Liberation Sans, Arial, sans-serif" \
      font-size="12">
      <title id="t">\(title)</title><desc id="d">\(summary)</desc>
      <style>\(Markup(trusting: ChartColours.fixed))</style>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(content)
      </svg>

      """
    return drawing.text
  }
}
