import Sweep
import VampcKit

/// What conditions and series are called where several stand side by side.
enum ConditionNames {
  /// Labels by identifier; where labels are the same, what the conditions differ in is added.
  static func distinct(_ conditions: [SweepCondition]) -> [String: String] {
    var names: [String: String] = [:]
    for (label, group) in Dictionary(grouping: conditions, by: \.label) {
      let attributes: [(SweepCondition) -> String?] = [
        { $0.model }, { fillText($0) }, { $0.coarseSteps.map { NumberText.count($0, "step") } },
        { $0.frameMilliseconds.map { "\($0) ms" } }, { $0.isConstantRate.map { $0 ? "CBR" : "VBR" } },
        { $0.seed.map { "seed \($0)" } },
      ]
      var texts = group.map { _ in label }
      for attribute in attributes where Set(texts).count < group.count {
        // One that tells apart none of those that are still the same would only make names longer.
        let longer = zip(texts, group).map { text, condition in
          attribute(condition).map { "\(text), \($0)" } ?? text
        }
        if Set(longer).count > Set(texts).count { texts = longer }
      }
      for (condition, text) in zip(group, texts) { names[condition.identifier] = text }
    }
    // Whatever else there is, the identifier tells it.
    let counts = Dictionary(grouping: names.keys) { names[$0] ?? "" }
    for identifiers in counts.values where identifiers.count > 1 {
      for identifier in identifiers { names[identifier] = identifier }
    }
    return names
  }

  /// Conditions that belong on one curve; those whose prompt is not periodic are on none of the others.
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

  /// Beside a point, where room is short: `2 cb, 1/4`, `12k`.
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

  static func fillText(_ condition: SweepCondition) -> String? {
    switch condition.fill {
    case .generate: "imagined"
    case .some(.none): "nothing imagined"
    case .random: "random tokens"
    case nil: nil
    }
  }
}
