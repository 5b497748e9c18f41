import Sweep
import VampcKit

/// Names that distinguish the conditions and series of one sweep.
enum ConditionNames {
  /// Different labels of all conditions, by identifier. Settings that separate equal labels are appended to these
  /// labels. A condition whose label is still not unique is named by its identifier.
  static func distinct(_ conditions: [SweepCondition]) -> [String: String] {
    var names: [String: String] = [:]
    for (label, group) in Dictionary(grouping: conditions, by: \.label) {
      let attributes: [(SweepCondition) -> String?] = [
        { $0.model }, { fillText($0) }, { $0.coarseSteps.map { NumberText.count($0, "step") } },
        { $0.sampler?.identifier }, { $0.frameMilliseconds.map { "\($0) ms" } },
        { $0.isConstantRate.map { $0 ? "CBR" : "VBR" } },
        { $0.seed.map { "seed \($0)" } },
      ]
      var texts = group.map { _ in label }
      for attribute in attributes where Set(texts).count < group.count {
        // A setting that separates none of the equal labels would only make names longer.
        let longer = zip(texts, group).map { text, condition in
          attribute(condition).map { "\(text), \($0)" } ?? text
        }
        if Set(longer).count > Set(texts).count { texts = longer }
      }
      for (condition, text) in zip(group, texts) { names[condition.identifier] = text }
    }
    // Labels that are still equal become identifiers.
    let counts = Dictionary(grouping: names.keys) { names[$0] ?? "" }
    for identifiers in counts.values where identifiers.count > 1 {
      for identifier in identifiers { names[identifier] = identifier }
    }
    return names
  }

  /// Name of the series of a condition. Each kind of prompt has series of its own.
  static func series(of condition: SweepCondition, hasManyModels: Bool) -> String {
    var name = condition.series
    switch condition.prompt {
    case .edges: name += ", ends kept"
    case .beats: name += ", beats kept"
    case .periodic, nil: break
    }
    if hasManyModels, let model = condition.model { name += " (\(model))" }
    return name
  }

  /// Short label beside a point.
  ///
  /// A vampc condition gets the number of kept codebooks and, for a periodic prompt that does not keep all frames, the
  /// share of kept frames (`2 cb, 1/4`). Opus gets the requested kbit/s (`12k`). Other methods get their whole label.
  static func short(_ condition: SweepCondition) -> String {
    switch condition.method {
    case .original, .noise: return condition.label
    case .opus: return "\(NumberText.tick(Double(condition.requestedBps ?? 0) / 1_000))k"
    case .vampc:
      let kept = "\(condition.codebooks ?? 0) cb"
      switch condition.prompt {
      case .edges, .beats: return kept
      case .periodic, nil: return condition.period ?? 1 == 1 ? kept : "\(kept), 1/\(condition.period ?? 1)"
      }
    }
  }

  /// Text for the fill of a condition; nil without a fill.
  static func fillText(_ condition: SweepCondition) -> String? {
    switch condition.fill {
    case .generate: "generated"
    case .some(.none): "kept alone"
    case .random: "random tokens"
    case nil: nil
    }
  }
}
