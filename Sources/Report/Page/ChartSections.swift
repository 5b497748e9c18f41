import Sweep

/// Sections of the page with the curves and the paper's figures.
struct ChartSections {
  let curves: [LineChart]
  let figures: [CategoryChart]
  let embeddings: [String]
  let clipCount: Int
  /// Names of the conditions in which all clips are left out.
  let omitted: [String]

  var curveSection: Markup {
    guard !curves.isEmpty else {
      return """
        <section id="curves">
        <h2>Quality against rate</h2>
        <p>No curves: no condition has both a file and a figure.</p>
        </section>

        """
    }
    let isPlain = curves.prefix { $0.name == RateCurves.melDistanceName || $0.name.hasPrefix("rate-frechet") }
    let rest = curves.dropFirst(isPlain.count)
    return """
      <section id="curves">
      <h2>Quality against rate</h2>
      <p>Every point is one condition: the mean over the clips against the real rate of the files, container \
      included. Bars are 95 % bootstrap intervals over the clips\
      \(clipCount < 2 ? ", which need clips of at least 2 files (4 for the Fréchet distance)" : ""). A hollow marker \
      shows that clips are <a href="#leftout">left out</a> of the mean. Labels beside points give the kept codebooks \
      (cb) and the share of kept frames; for Opus, the requested bitrate.</p>
      \(omittedNote)<fieldset class="switch"><legend class="note">Rate axis</legend>
      <label class="scale"><input type="radio" name="scale" id="scale-log" checked> logarithmic</label>
      <label class="scale"><input type="radio" name="scale" id="scale-linear"> linear</label>
      </fieldset>
      \(isPlain.map(content).joined())\(rest.map(folded).joined())
      </section>

      """
  }

  var figureSection: Markup {
    let note: Markup =
      embeddings.isEmpty
      ? "<p class=\"note\">The sweep has no Fréchet distance: too few clips, or no embedding.</p>" : ""
    let content: Markup =
      figures.isEmpty
      ? "<p>No condition of this sweep belongs to one of the paper's figures.</p>"
      : figures.map { chart -> Markup in
        "<div class=\"figure\">\(chart.drawing().inline(id: "f-\(chart.name)"))</div>\n"
      }.joined()
    return """
      <section id="figures">
      <h2>The paper’s figures</h2>
      <p>The arrangement follows “VampNet: Music Generation via Masked Acoustic Token Modeling” (arXiv 2307.04686). The top \
      panel shows the mel distance of each clip as a box plot: median, quartiles, whiskers to 1.5 interquartile ranges, \
      outliers not drawn. The panels below show the Fréchet distance over all clips with its 95 % interval. Lower is \
      better in all panels.</p>
      \(note)\(content)
      </section>

      """
  }

  private var omittedNote: Markup {
    guard !omitted.isEmpty else { return "" }
    return "<p>Not drawn, because no clip counts: \(omitted.joined(separator: "; ")).</p>\n"
  }

  private func content(_ chart: LineChart) -> Markup {
    ChartScale.Kind.allCases.map { kind -> Markup in
      let scale = kind == .linear ? "linear" : "log"
      let wide = chart.drawing(kind).inline(id: "c-\(chart.name)-\(scale)")
      let narrow = chart.drawing(kind, size: .narrow).inline(id: "n-\(chart.name)-\(scale)")
      return """
        <div class="figure \(scale)"><div class="wide">\(wide)</div><div class="narrow">\(narrow)</div></div>

        """
    }.joined()
  }

  private func folded(_ chart: LineChart) -> Markup {
    "<details><summary>\(chart.title)</summary>\n\(content(chart))</details>\n"
  }
}
