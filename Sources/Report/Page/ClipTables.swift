import Evaluation
import Sweep

/// Section of the page with the list of all clips, and the figures of every clip in one folded table for each condition
/// that has rows.
struct ClipTables {
  let index: SweepIndex

  var content: Markup {
    """
    <section id="clips">
    <h2>Clip by clip</h2>
    \(clipList)\(index.conditions.map(table).joined())</section>

    """
  }

  private var clipList: Markup {
    let rows = index.description.clips.map { clip -> Markup in
      """
      <tr><th scope="row"><bdi>\(clip.name)</bdi></th><td class="text"><bdi>\(clip.file)</bdi></td>\
      <td>\(NumberText.fixed(clip.startSeconds, decimals: 2))</td><td>\(NumberText.fixed(clip.seconds, decimals: 2))</td>\
      <td>\(NumberText.fixed(Double(clip.sampleRateHz), decimals: 0))</td>\
      <td class="text hash">\(String(clip.contentHash.prefix(16)))</td></tr>

      """
    }.joined()
    return """
      <details><summary>The \(NumberText.count(index.description.clips.count, "clip")) and their sources</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of clips"><table>
      <thead><tr><th scope="col" class="text">clip</th><th scope="col" class="text">file</th><th scope="col">start, s</th>\
      <th scope="col">length, s</th><th scope="col">sample rate, Hz</th>\
      <th scope="col" class="text">first digits of SHA-256</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div></details>

      """
  }

  private func table(_ condition: SweepCondition) -> Markup {
    let rows = index.rows(of: condition)
    guard !rows.isEmpty else { return "" }
    let metrics = Metric.ofClips.filter { metric in rows.contains { $0.values[metric]?.isFinite == true } }
    let titles =
      ["file, kbit/s", "without container, kbit/s", "bytes of the file", "masked tokens"] + metrics.map(\.heading)
    let header = titles.map { "<th scope=\"col\">\($0)</th>" as Markup }.joined()
    let leftOut = rows.count { $0.outcome != .ok }
    let missing: Markup = leftOut > 0 ? ", <span class=\"warn\">\(leftOut) left out</span>" : ""
    return """
      <details><summary>\(index.name(of: condition)) <span class="note">– \(index.series(of: condition)), \
      \(NumberText.count(rows.count, "clip"))\(missing)</span></summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Clips, \(index.name(of: condition))"><table>
      <thead><tr><th scope="col" class="text">clip</th>\(header)<th scope="col" class="text">remarks</th></tr></thead>
      <tbody>
      \(rows.map { row($0, metrics: metrics) }.joined())</tbody></table></div></details>

      """
  }

  private func row(_ row: SweepRow, metrics: [Metric]) -> Markup {
    func rate(_ value: Double?) -> String { value.map { $0.isFinite ? NumberText.kilobits($0) : "–" } ?? "–" }
    var cells = [
      rate(row.fileBps), rate(row.payloadBps),
      row.fileBytes.map { NumberText.fixed(Double($0), decimals: 0) } ?? "–",
      row.maskedShare.map { NumberText.fixed($0 * 100, decimals: 1) + " %" } ?? "–",
    ]
    cells += metrics.map { row.values[$0].map(NumberText.short) ?? "–" }
    let remarks = (row.outcome == .ok ? [] : ["left out: \(row.outcome.words)"]) + row.flags
    return """
      <tr><th scope="row" data-condition="\(row.condition)" data-clip="\(row.clip)"><bdi>\(row.clip)</bdi></th>\
      \(cells.map { "<td>\($0)</td>" as Markup }.joined())<td class="prose">\(remarks.joined(separator: "; "))</td></tr>

      """
  }
}
