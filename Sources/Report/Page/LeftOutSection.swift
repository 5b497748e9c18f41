import Sweep

extension SweepRow.Outcome {
  /// Text for readers that says whether the clip counts, or why it is left out.
  var words: String {
    switch self {
    case .ok: "the clip counts"
    case .rateExceeded: "the codec wrote more than requested"
    case .silent: "the codec wrote silence for a clip with sound"
    }
  }
}

/// Section of the page with the clips that are left out and the flags that were found.
struct LeftOutSection {
  let index: SweepIndex

  var content: Markup {
    """
    <section id="leftout">
    <h2>Left out, and flags</h2>
    <h3>Left out</h3>
    \(leftOut)
    <h3>Flags</h3>
    \(flags)
    </section>

    """
  }

  private var leftOut: Markup {
    let rows = index.conditions.flatMap { condition -> [Markup] in
      let all = index.rows(of: condition)
      if all.isEmpty, index.summary(of: condition) == nil {
        return [line(condition, clips: "no clip", reason: "the condition was not run")]
      }
      return [SweepRow.Outcome.rateExceeded, .silent].compactMap { outcome in
        let rows = all.filter { $0.outcome == outcome }
        guard !rows.isEmpty else { return nil }
        return line(condition, clips: "\(rows.count) of \(all.count)", reason: reason(condition, outcome, rows))
      }
    }
    guard !rows.isEmpty else { return "<p>None: every clip of every condition counts.</p>" }
    return """
      <p>These clips are part of no mean and of no point of a curve.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Clips left out"><table>
      <thead><tr><th scope="col" class="text">condition</th><th scope="col">clips</th>\
      <th scope="col" class="text">reason</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody></table></div>
      """
  }

  private func line(_ condition: SweepCondition, clips: String, reason: String) -> Markup {
    """
    <tr><th scope="row">\(index.name(of: condition))<small>\(index.series(of: condition))</small></th>\
    <td>\(clips)</td><td class="prose">\(reason)</td></tr>

    """
  }

  private func reason(_ condition: SweepCondition, _ outcome: SweepRow.Outcome, _ rows: [SweepRow]) -> String {
    let rates = rows.compactMap(\.payloadBps).filter(\.isFinite)
    guard let requested = condition.requestedBps, !rates.isEmpty else { return outcome.words }
    let mean = rates.reduce(0, +) / Double(rates.count)
    return """
      \(outcome.words): \(NumberText.kilobits(Double(requested))) kbit/s requested, \
      \(NumberText.kilobits(mean)) written on average
      """
  }

  private var flags: Markup {
    let rows = index.conditions.compactMap { condition -> Markup? in
      guard let summary = index.summary(of: condition) else { return nil }
      let found = summary.flagCounts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      guard !found.isEmpty else { return nil }
      let total = index.rows(of: condition).count
      let text = found.map { "\($0.key): \($0.value) of \(max(total, $0.value))" }.joined(separator: "; ")
      return """
        <tr><th scope="row">\(index.name(of: condition))<small>\(index.series(of: condition))</small></th>\
        <td class="prose">\(text)</td></tr>

        """
    }
    guard !rows.isEmpty else { return "<p>None.</p>" }
    return """
      <p>Flagged clips count, unless they are listed above.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Flags by condition"><table>
      <thead><tr><th scope="col" class="text">condition</th><th scope="col" class="text">flags, clips</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody></table></div>
      """
  }
}
