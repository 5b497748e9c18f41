import Evaluation
import Sweep

/// Section of the page with the means and intervals of all conditions.
struct ConditionTable {
  let index: SweepIndex

  var content: Markup {
    let metrics = index.presentMetrics
    let embeddings = index.embeddingNames
    var head: [Markup] = [
      "condition", "clips", "file, kbit/s", "without container, kbit/s",
    ]
    head += metrics.map { metric -> Markup in
      let direction: Markup = metric.directionText.map { "<small>\($0)</small>" } ?? ""
      return "\(metric.heading)\(direction)"
    }
    head += embeddings.map {
      "\(Metric.frechetDistance.title) (\($0))<small>\(Metric.frechetDistance.direction.rawValue); \(vectors($0))</small>"
    }
    let header = head.enumerated().map { place, title -> Markup in
      "<th scope=\"col\"\(place == 0 ? " class=\"text\"" as Markup : "")>\(title)</th>"
    }.joined()
    let rows = index.conditions.map { row($0, metrics: metrics, embeddings: embeddings) }.joined()
    return """
      <section id="conditions">
      <h2>Conditions</h2>
      <p>Means over the clips that count, with the 95 % bootstrap interval in small print. Rates are those of the files, \
      not the requested ones.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of conditions"><table>
      <thead><tr>\(header)</tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      </section>

      """
  }

  private func row(_ condition: SweepCondition, metrics: [Metric], embeddings: [String]) -> Markup {
    let summary = index.summary(of: condition)
    var cells: [Markup] = []
    if let summary {
      let missing: Markup =
        summary.leftOutCount > 0 ? "<small class=\"warn\">\(summary.leftOutCount) left out</small>" : ""
      cells.append("\(summary.clipCount)\(missing)")
    } else {
      cells.append("0")
    }
    cells.append(rate(summary?.fileBps))
    cells.append(rate(summary?.payloadBps))
    cells += metrics.map { estimate(summary?.point($0)) }
    cells += embeddings.map { estimate(summary?.frechetPoint($0)) }
    return """
      <tr><th scope="row" data-condition="\(condition.identifier)">\(index.name(of: condition))\
      <small>\(index.series(of: condition))</small></th>\(cells.map { "<td>\($0)</td>" as Markup }.joined())</tr>

      """
  }

  private func rate(_ estimate: SweepEstimate?) -> Markup {
    guard let estimate = estimate?.ifFinite else { return "–" }
    return "\(NumberText.kilobits(estimate.value))\(interval(estimate) { NumberText.kilobits($0) })"
  }

  private func estimate(_ estimate: SweepEstimate?) -> Markup {
    guard let estimate else { return "–" }
    return "\(NumberText.short(estimate.value))\(interval(estimate, NumberText.short))"
  }

  private func interval(_ estimate: SweepEstimate, _ text: (Double) -> String) -> Markup {
    guard let lower = estimate.lower, let upper = estimate.upper else { return "" }
    return "<small>\(text(lower)) to \(text(upper))</small>"
  }

  private func vectors(_ embedding: String) -> String {
    guard let found = index.description.embeddings.first(where: { $0.name == embedding }) else {
      return "count unknown"
    }
    return NumberText.count(found.referenceCount, "vector")
  }
}
