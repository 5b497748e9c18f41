import Foundation
import VampcKit

/// How far a sweep has come.
public struct SweepProgress: Equatable, Sendable {
  public var doneCount: Int
  public var totalCount: Int
  /// What is left at the speed so far; nil before anything was computed.
  public var remainingSeconds: Double?
}

/// Counts what is done, by what it is likely to cost.
struct SweepMeter {
  private let started = Date()
  private var computedCost = 0.0
  private var remainingCost: Double
  private var doneCount = 0
  private let totalCount: Int

  /// - Parameter conditions: what every clip goes through.
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

  /// In units of decoding and measuring where nothing is imagined; a step of the coarse transformer is a quarter of that.
  private static func cost(of condition: SweepCondition) -> Double {
    guard condition.fill == .generate else { return 1 }
    return 1 + Double(condition.coarseSteps ?? 0) / 4
  }
}
