import Foundation

/// How many tokens stay masked from step to step: the cosine schedule (arXiv 2307.04686, section 3.3; MaskGIT).
public struct MaskSchedule: Sendable {
  public let stepCount: Int
  /// N₀, masked tokens before the first step.
  public let initialCount: Int

  public init(stepCount: Int, initialCount: Int) {
    self.stepCount = stepCount
    self.initialCount = initialCount
  }

  /// Share of the steps that are done after step `step`, in 0 ... 1.
  public func progress(after step: Int) -> Float { Float(step + 1) / Float(stepCount) }

  /// ⌊cos(πr/2) · N₀⌋, at least 1 and at most one fewer than now; 0 after the last step.
  ///
  /// - Parameter currentCount: masked tokens before step `step`.
  public func maskedCount(after step: Int, currentCount: Int) -> Int {
    if step + 1 >= stepCount { return 0 }
    // Single precision, as published.
    let share = max(1e-10, min(1, cos(progress(after: step) * Float.pi / 2)))
    let count = Int((share * Float(initialCount)).rounded(.down))
    return max(0, min(currentCount - 1, max(1, count)))
  }
}
