import Evaluation
import Sweep
import VampcKit

/// Figures 3, 4 and 5 of the VampNet paper (arXiv 2307.04686) in the paper's arrangement: box plots of the mel distance
/// over the clips on top, one panel of Fréchet distances for each embedding below.
struct PaperFigures: Sendable {
  let index: SweepIndex

  init(_ index: SweepIndex) { self.index = index }

  /// Variants of each figure: ending of the preset's name, and addition to the figure's title.
  private static let variants = [("", ""), ("-published", ", the paper's sampler")]

  /// Names of all figures; each figure has the name of its preset.
  static let names = Set(variants.flatMap { ["figure3" + $0.0, "figure4" + $0.0, "figure5" + $0.0] })

  /// Charts of the figures. A figure is drawn if any of its conditions, other than the original and the codec alone,
  /// has a clip that is not left out.
  var charts: [CategoryChart] {
    Self.variants.flatMap { ending, addition in
      [figure3(ending, addition), figure4(ending, addition), figure5(ending, addition)].compactMap(\.self)
    }
  }

  private func figure3(_ ending: String, _ addition: String) -> CategoryChart? {
    let conditions = tagged("figure3" + ending).enumerated().sorted {
      (rank($0.element), $0.element.coarseSteps ?? 0, $0.offset) < (
        rank($1.element), $1.element.coarseSteps ?? 0, $1.offset
      )
    }.map(\.element)
    return chart(
      "figure3" + ending, title: "Sampling steps (figure 3 of the paper\(addition))",
      xLabel: "sampling steps of the coarse transformer",
      conditions: conditions
    ) { condition in
      if index.isCodecAlone(condition) { return "codec alone" }
      guard condition.method == .vampc else { return index.name(of: condition) }
      return condition.coarseSteps.map(String.init) ?? ConditionNames.fillText(condition) ?? index.name(of: condition)
    }
  }

  private func figure4(_ ending: String, _ addition: String) -> CategoryChart? {
    let conditions = tagged("figure4" + ending).enumerated().sorted {
      (rank($0.element), promptRank($0.element), $0.offset) < (rank($1.element), promptRank($1.element), $1.offset)
    }.map(\.element)
    return chart(
      "figure4" + ending, title: "Kinds of prompts (figure 4 of the paper\(addition))", xLabel: "kept tokens",
      conditions: conditions
    ) { condition in
      if index.isCodecAlone(condition) { return "codec alone" }
      guard condition.method == .vampc else { return index.name(of: condition) }
      switch condition.prompt {
      case .edges: return "both ends, \(NumberText.tick(condition.promptSeconds ?? 0)) s"
      case .beats: return "beats, \(NumberText.tick(condition.promptSeconds ?? 0)) s"
      case .periodic, nil:
        let period = condition.period ?? 1
        return period == 1
          ? "compression, \(NumberText.count(condition.codebooks ?? 0, "codebook"))" : "periodic, 1 in \(period)"
      }
    }
  }

  private func figure5(_ ending: String, _ addition: String) -> CategoryChart? {
    let conditions = tagged("figure5" + ending).enumerated().sorted {
      (rank($0.element), -rate($0.element), $0.element.noiseRatio ?? 0, $0.offset) < (
        rank($1.element), -rate($1.element), $1.element.noiseRatio ?? 0, $1.offset
      )
    }.map(\.element)
    return chart(
      "figure5" + ending, title: "Bitrates (figure 5 of the paper\(addition))",
      xLabel: "kept tokens (cb: codebooks) or requested rate · real rate of the whole file, kbit/s",
      conditions: conditions
    ) { condition in
      if condition.method == .noise { return "r = \(NumberText.tick(condition.noiseRatio ?? 0))" }
      if condition.method == .original { return condition.label }
      let name =
        index.isCodecAlone(condition)
        ? "codec alone" : condition.method == .opus ? condition.label : ConditionNames.short(condition)
      guard let rate = index.summary(of: condition)?.fileBps?.ifFinite else { return name }
      return "\(name) · \(NumberText.kilobits(rate.value))"
    }
  }

  /// Conditions of a figure that have results.
  private func tagged(_ figure: String) -> [SweepCondition] {
    index.conditions.filter { $0.figures.contains(figure) && index.summary(of: $0) != nil }
  }

  /// Whether `conditions` has no condition that differs from `condition` only by a lower seed.
  private func isFirstSeed(_ condition: SweepCondition, among conditions: [SweepCondition]) -> Bool {
    guard let seed = condition.seed else { return true }
    return !conditions.contains { other in
      guard let otherSeed = other.seed, otherSeed < seed else { return false }
      var same = other
      same.seed = seed
      return same.identifier == condition.identifier
    }
  }

  private func rate(_ condition: SweepCondition) -> Double {
    index.summary(of: condition)?.fileBps?.ifFinite?.value ?? 0
  }

  /// Order of a condition from left to right: original, codec alone, generated, kept alone, random tokens, noise, Opus.
  private func rank(_ condition: SweepCondition) -> Int {
    switch condition.method {
    case .original: return 0
    case .vampc:
      if index.isCodecAlone(condition) { return 1 }
      return condition.fill == .generate ? 2 : condition.fill == .random ? 4 : 3
    case .noise: return 5
    case .opus: return 6
    }
  }

  private func promptRank(_ condition: SweepCondition) -> Double {
    switch condition.prompt {
    case .periodic, nil: Double(condition.period ?? 1)
    case .edges: 1e6 + (condition.promptSeconds ?? 0)
    case .beats: 2e6
    }
  }

  private func chart(
    _ name: String, title: String, xLabel: String, conditions: [SweepCondition],
    label: (SweepCondition) -> String
  ) -> CategoryChart? {
    // A condition whose clips are all left out gets no place in a figure; a note names the condition.
    let omitted = conditions.filter { index.goodRows(of: $0).isEmpty }
    let counting = conditions.filter { !index.goodRows(of: $0).isEmpty }
    let conditions = counting.filter { isFirstSeed($0, among: counting) }
    // Original and codec alone are comparisons; they make no figure by themselves.
    guard conditions.contains(where: { $0.method != .original && !index.isCodecAlone($0) }) else { return nil }
    let boxes = conditions.map { condition in
      BoxStatistics(index.goodRows(of: condition).compactMap { $0.values[.melDistance] })
    }
    var panels = [
      CategoryChart.Panel(
        yLabel: "mel distance · lower is better", values: .boxes(boxes), emptyText: "no mel distance was measured")
    ]
    // Without any embedding, one empty panel says that there is no Fréchet distance.
    let embeddings: [String?] = index.embeddingNames.isEmpty ? [nil] : index.embeddingNames.map(\.self)
    for embedding in embeddings {
      let bars = conditions.map { condition -> CategoryChart.Bar? in
        guard let embedding, let estimate = index.summary(of: condition)?.frechetPoint(embedding) else { return nil }
        return CategoryChart.Bar(value: estimate.value, lower: estimate.lower, upper: estimate.upper)
      }
      panels.append(
        CategoryChart.Panel(
          yLabel: "Fréchet distance" + (embedding.map { " (\($0))" } ?? ""), values: .bars(bars),
          emptyText: "not enough clips for a Fréchet distance"))
    }
    let labels = conditions.map(label)
    let categories = conditions.enumerated().map { place, condition in
      let series = index.series(of: condition)
      let isAmbiguous = conditions.indices.contains {
        $0 != place && labels[$0] == labels[place] && index.series(of: conditions[$0]) == series
      }
      let name = isAmbiguous ? index.name(of: condition) : labels[place]
      let isPartial = (index.summary(of: condition)?.leftOutCount ?? 0) > 0
      return CategoryChart.Category(
        label: isPartial ? name + " *" : name, style: index.style(ofSeries: series), series: series,
        condition: condition.identifier)
    }
    var notes: [String] = []
    if conditions.count < counting.count {
      notes.append("Conditions with several seeds are shown with the lowest seed.")
    }
    if categories.contains(where: { $0.label.hasSuffix("*") }) { notes.append("* Some clips are left out.") }
    if !omitted.isEmpty {
      notes.append("Not drawn, because no clip counts: \(omitted.map(index.name).joined(separator: "; ")).")
    }
    return CategoryChart(
      name: name, title: title,
      summary: """
        Box plots of the mel distance over the clips: median, quartiles, whiskers to 1.5 interquartile ranges, outliers \
        not drawn. Bars of the Fréchet distance with 95 % intervals. From left to right: \
        \(categories.map(\.label).joined(separator: "; ")).
        """,
      xLabel: xLabel, categories: categories, panels: panels, notes: notes)
  }
}
