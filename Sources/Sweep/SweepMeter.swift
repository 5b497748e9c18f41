import Foundation
import VampcKit

/// Meter of a sweep's progress: counts finished cells (one clip under one condition) and estimates the remaining time
/// from the likely cost of each cell.
struct SweepMeter {
  private let started = Date()
  private var computedCost = 0.0
  private var remainingCost: Double
  private var doneCount = 0
  private let totalCount: Int

  /// Starts the meter.
  ///
  /// - Parameters:
  ///   - conditions: Conditions under which each clip is coded.
  ///   - clipCount: Number of clips.
  init(_ conditions: [SweepCondition], clipCount: Int) {
    remainingCost = conditions.reduce(0) { $0 + Self.cost(of: $1) } * Double(clipCount)
    totalCount = conditions.count * clipCount
  }

  mutating func done(_ condition: SweepCondition, computed: Bool) {
    let cost = Self.cost(of: condition)
    remainingCost -= cost
    if computed { computedCost += cost }
    doneCount += 1
  }

  var progress: SweepProgress {
    SweepProgress(
      doneCount: doneCount, totalCount: totalCount,
      remainingSeconds: computedCost > 0
        ? max(0, remainingCost) * Date().timeIntervalSince(started) / computedCost : nil)
  }

  /// Estimated cost of a cell, in units of a cell without generation. A step of the coarse transformer counts as a
  /// quarter of a unit.
  private static func cost(of condition: SweepCondition) -> Double {
    guard condition.fill == .generate else { return 1 }
    return 1 + Double(condition.coarseSteps ?? 0) / 4
  }
}
