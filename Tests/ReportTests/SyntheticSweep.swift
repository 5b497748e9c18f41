import Evaluation
import Foundation
import Sweep
import VampcKit

/// Synthetic results of a sweep: 31 clips under the conditions of the paper's figures and Opus.
struct SyntheticSweep {
  private var generator = Generator(state: 7)
  private var clips: [SweepDescription.Clip] = []
  private var conditions: [SweepCondition] = []
  private var rows: [SweepRow] = []

  /// Makes results.
  ///
  /// - Parameter clipNames: names of the first clips; the other clips get generated names.
  static func results(
    clipCount: Int = 31, clipNames: [String] = [], embeddings: [String] = ["codec"],
    conditions: [SweepCondition] = allConditions
  ) -> SweepResults {
    var sweep = SyntheticSweep()
    sweep.clips = (0..<clipCount).map { index in
      let name = index < clipNames.count ? clipNames[index] : "clip-\(index + 1)"
      return SweepDescription.Clip(
        name: name, file: "music/\(name).flac", startSeconds: Double(index) * 1.5, seconds: 10, sampleRateHz: 44_100,
        contentHash: String(repeating: "0123456789abcdef", count: 4))
    }
    sweep.conditions = conditions
    sweep.measure()
    let summaries = sweep.conditions.compactMap { sweep.summary(of: $0, embeddings: clipCount > 1 ? embeddings : []) }
    let description = SweepDescription(
      command: "vampc sweep --preset figure3 --preset figure4 --preset figure5 --per-file 1 music -o results",
      presets: ["figure3", "figure4", "figure5"],
      versions: ["vampc": "0.1.0", "libopus": "1.3.1", "OpenBLAS": "0.3.21"],
      machine: .init(processor: "a processor", cores: 2, instructionSet: "avx2"),
      models: [
        .init(
          name: "vampc-default-0", codecIdentity: String(repeating: "ab12", count: 16),
          generatorIdentity: String(repeating: "cd34", count: 16), sampleRateHz: 44_100, hopLength: 768,
          codebookCount: 14, codebookSize: 1_024)
      ],
      selection: .init(), clips: sweep.clips, conditions: sweep.conditions,
      embeddings: clipCount > 1
        ? embeddings.map {
          .init(
            name: $0, source: "dac:\(String(repeating: "ab12", count: 16))", dimension: 96,
            referenceCount: clipCount * 10)
        } : []
    )
    return SweepResults(description: description, rows: sweep.rows, summaries: summaries)
  }

  static var allConditions: [SweepCondition] {
    var conditions = [SweepCondition(.original, figures: ["figure3", "figure4", "figure5"])]
    func vampc(
      _ codebooks: Int, period: Int = 1, fill: SweepCondition.Fill = .generate, steps: Int = 36, _ figures: [String]
    ) -> SweepCondition {
      var condition = SweepCondition(.vampc, figures: figures)
      condition.model = "vampc-default-0"
      condition.prompt = .periodic
      condition.codebooks = codebooks
      condition.period = period
      condition.fill = fill
      if fill == .generate { condition.coarseSteps = steps }
      if fill != .none { condition.seed = 0 }
      return condition
    }
    conditions.append(vampc(14, fill: .none, ["figure3", "figure4", "figure5"]))
    for (codebooks, period) in [(4, 1), (3, 1), (2, 1), (1, 1), (4, 4), (2, 4), (1, 4), (4, 16), (1, 16), (1, 32)] {
      conditions.append(vampc(codebooks, period: period, ["figure5"]))
    }
    for (codebooks, period) in [(8, 1), (4, 1), (2, 1), (1, 1), (1, 4), (1, 16)] {
      conditions.append(vampc(codebooks, period: period, fill: .none, ["figure5"]))
    }
    for (codebooks, period) in [(4, 1), (1, 1), (1, 16)] {
      conditions.append(vampc(codebooks, period: period, fill: .random, ["figure5"]))
    }
    for steps in [1, 2, 4, 8, 12, 24, 48, 72] { conditions.append(vampc(4, period: 16, steps: steps, ["figure3"])) }
    for period in [8, 16, 32] { conditions.append(vampc(4, period: period, steps: 24, ["figure4"])) }
    conditions.append(vampc(1, steps: 24, ["figure4"]))
    for (prompt, seconds) in [(SweepCondition.Prompt.edges, 1.0), (.edges, 2), (.beats, 0.2)] {
      var condition = vampc(4, steps: 24, ["figure4"])
      condition.prompt = prompt
      condition.period = nil
      condition.promptSeconds = seconds
      conditions.append(condition)
    }
    for ratio in [0.05, 0.1, 0.2, 0.5, 0.9] {
      var condition = SweepCondition(.noise, figures: ["figure5"])
      condition.model = "vampc-default-0"
      condition.noiseRatio = ratio
      condition.seed = 0
      conditions.append(condition)
    }
    for rate in [2_000, 4_600, 6_000, 8_000, 12_000, 16_000, 24_000] {
      var condition = SweepCondition(.opus, figures: ["figure5"])
      condition.requestedBps = rate
      condition.frameMilliseconds = 60
      condition.isConstantRate = false
      conditions.append(condition)
    }
    return conditions
  }

  private mutating func measure() {
    for condition in conditions {
      for (place, clip) in clips.enumerated() {
        let (rate, mel) = figures(of: condition)
        let difficulty = 1 + 0.18 * sin(Double(place) * 2.3) + 0.05 * generator.normal()
        let isOriginal = condition.method == .original
        let bytes = rate.map { Int($0 * clip.seconds / 8 * (1 + 0.04 * generator.normal())) }
        var row = SweepRow(
          clip: clip.name, condition: condition.identifier, outcome: .ok, payloadBytes: bytes,
          fileBytes: bytes.map { $0 + 60 }, seconds: clip.seconds, maskedShare: nil,
          values: [.melDistance: isOriginal ? 0 : mel * difficulty], flags: [], computeSeconds: 1)
        row.values[.sevenScaleMelDistance] = isOriginal ? 0 : mel * difficulty * 1.4
        if !isOriginal { row.values[.siSDR] = 12 - 14 * mel * difficulty }
        if condition.method == .vampc {
          row.maskedShare = 1 - Double(condition.codebooks ?? 0) / 14 / Double(condition.period ?? 1)
        }
        if condition.requestedBps == 2_000 { row.outcome = place % 3 == 0 ? .silent : .rateExceeded }
        if condition.requestedBps == 4_600, place < 4 { row.outcome = .rateExceeded }
        if mel > 1.5, place % 7 == 0 { row.flags = ["clipped", "level"] }
        rows.append(row)
      }
    }
  }

  /// Approximate rate of the tokens or packets, and approximate mel distance.
  private func figures(of condition: SweepCondition) -> (Double?, Double) {
    switch condition.method {
    case .original: return (nil, 0)
    case .noise: return (nil, 0.55 + 1.6 * pow(condition.noiseRatio ?? 0, 0.6))
    case .opus:
      let rate = Double(condition.requestedBps ?? 0)
      return (max(rate * 1.02, 4_500), 0.2 + 9_500 / (rate + 1_500))
    case .vampc:
      var kept = Double(condition.codebooks ?? 0) / Double(condition.period ?? 1)
      if condition.prompt == .edges { kept = 4 * (condition.promptSeconds ?? 0) / 5 }
      if condition.prompt == .beats { kept = 4 * 0.3 }
      let rate = kept * 574
      let worse = condition.fill == .generate ? 1 : condition.fill == .random ? 1.5 : 1.15
      let steps = 1 + 0.3 / Double(condition.coarseSteps ?? 24)
      return (rate, kept == 14 ? 0.55 : (0.55 + 1.1 * exp(-pow(kept, 0.55))) * worse * steps)
    }
  }

  private func summary(of condition: SweepCondition, embeddings: [String]) -> SweepSummary? {
    let all = rows.filter { $0.condition == condition.identifier }
    let good = all.filter { $0.outcome == .ok }
    guard !all.isEmpty else { return nil }
    func estimate(_ values: [Double]) -> SweepEstimate? {
      guard !values.isEmpty else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      guard values.count > 1 else { return SweepEstimate(value: mean, lower: nil, upper: nil) }
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      let reach = 1.96 * (variance / Double(values.count)).squareRoot()
      return SweepEstimate(value: mean, lower: mean - reach, upper: mean + reach)
    }
    var values: [Metric: SweepEstimate] = [:]
    for metric in Metric.ofClips { values[metric] = estimate(good.compactMap { $0.values[metric] }) }
    var frechet: [String: SweepEstimate] = [:]
    if let mel = values[.melDistance]?.value, good.count > 1 {
      for (place, name) in embeddings.enumerated() {
        let distance = (mel * mel * 4 + 0.2) * Double(place + 1)
        frechet[name] = SweepEstimate(value: distance, lower: distance * 0.85, upper: distance * 1.3)
      }
    }
    var flagCounts: [String: Int] = [:]
    for flag in all.flatMap(\.flags) { flagCounts[flag, default: 0] += 1 }
    return SweepSummary(
      condition: condition.identifier, clipCount: good.count, leftOutCount: all.count - good.count,
      payloadBps: estimate(good.compactMap(\.payloadBps)), fileBps: estimate(good.compactMap(\.fileBps)),
      values: values, frechet: frechet, flagCounts: flagCounts)
  }

  private struct Generator {
    var state: UInt64

    /// Draws a roughly normal number: the sum of twelve uniform draws.
    mutating func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 33) / Double(1 << 31)
      }
    }
  }
}
