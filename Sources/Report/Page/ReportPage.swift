import Sweep

/// Page of the report: one HTML file without external resources.
struct ReportPage {
  let index: SweepIndex
  let listening: ListeningSet
  let curves: [LineChart]
  let figures: [CategoryChart]
  let explanations: [ReportExplanation]

  /// Makes the text of the page.
  ///
  /// - Throws: `ReportError.libraryFailed`.
  func html() throws -> String {
    let description = index.description
    let sounds = ListeningSection(index: index, listening: listening)
    let charts = ChartSections(
      curves: curves, figures: figures, embeddings: index.embeddingNames, clipCount: description.clips.count,
      omitted: index.conditions.filter { !index.rows(of: $0).isEmpty && index.goodRows(of: $0).isEmpty }.map(index.name)
    )
    let scriptSource = sounds.isEmpty ? "'none'" : "'\(try ContentHash.source(of: PageScript.text))'"
    let script: Markup =
      sounds.isEmpty ? "" : "\(sounds.data)<script>\(Markup(trusting: PageScript.text))</script>\n"
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src \(Markup(trusting: scriptSource)); img-src data:; media-src data:; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>vampc: bitrate and quality</title>
      <link rel="icon" href="data:,">
      <style>\(Markup(trusting: PageStyle.text))</style>
      </head>
      <body>
      <header>
      <h1>Bitrate and quality</h1>
      <p class="lead">\(lead)</p>
      <nav aria-label="Sections"><ul>
      <li><a href="#run">The run</a></li><li><a href="#curves">Quality against rate</a></li>\
      <li><a href="#figures">The paper’s figures</a></li><li><a href="#listen">Listen</a></li>\
      <li><a href="#conditions">Conditions</a></li><li><a href="#clips">Clip by clip</a></li>\
      <li><a href="#leftout">Left out</a></li><li><a href="#reading">How to read these figures</a></li>
      </ul></nav>
      </header>
      <main>
      \(RunSection(description: description, conditionCount: index.conditions.count).content)\(charts.curveSection)\(charts.figureSection)\(sounds.content)\
      \(ConditionTable(index: index).content)\(ClipTables(index: index).content)\
      \(LeftOutSection(index: index).content)\
      \(ReadingSection(description: description, explanations: explanations).content)</main>
      <footer><p>Written by vampc. The folder <code>plots</code> beside this page holds its plots as SVG and PNG. \
      The page loads no external resources.</p></footer>
      \(script)</body>
      </html>

      """
    return page.text
  }

  private var lead: String {
    let description = index.description
    let methods = Set(index.conditions.map(\.method))
    let codecs =
      methods.contains(.opus) ? methods.contains(.vampc) ? "vampc and Opus" : "Opus" : "vampc"
    return """
      \(codecs): \(NumberText.count(index.conditions.count, "condition")), \
      \(NumberText.count(description.clips.count, "clip")), \(NumberText.count(index.results.rows.count, "measurement")).
      """
  }
}
