import Sweep
import VampcKit

/// Names of conditions and series where several appear together.
enum ConditionNames {
  /// Distinct labels by identifier. Equal labels get the settings in which their conditions differ.
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

  /// Name of the curve of a condition. Conditions with other prompts than periodic ones get curves of their own.
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

  /// Short label beside a point: `2 cb, 1/4`, `12k`.
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
