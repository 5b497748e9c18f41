import Foundation
public import Tokens

/// Cosine schedule of VampNet's sampler, which says how many tokens stay masked after each sampling step.
///
/// Source: arXiv 2307.04686, section 3.3, after MaskGIT (arXiv 2202.04200).
public struct MaskSchedule: Sendable {
  /// Number of steps.
  public let stepCount: Int
  /// Number of masked tokens before the first step, N₀.
  public let initialCount: Int
  /// Sampler revision, which determines the value of π.
  public let revision: SamplerRevision

  /// Schedule of `stepCount` steps that starts with `initialCount` masked tokens.
  public init(stepCount: Int, initialCount: Int, revision: SamplerRevision = .second) {
    self.stepCount = stepCount
    self.initialCount = initialCount
    self.revision = revision
  }

  /// Share of the steps that are done after step `step`, in 0...1. The first step is step 0.
  public func progress(after step: Int) -> Float { Float(step + 1) / Float(stepCount) }

  /// Number of masked tokens after step `step`.
  ///
  /// After the last step the number is 0. After every other step the number is ⌊cos(πr/2) · N₀⌋ for progress r, raised
  /// to at least 1 and then lowered to at most `currentCount` − 1.
  ///
  /// - Parameters:
  ///   - step: Sampling step, 0 for the first.
  ///   - currentCount: Number of masked tokens before step `step`.
  public func maskedCount(after step: Int, currentCount: Int) -> Int {
    if step + 1 >= stepCount { return 0 }
    // The published code computes in single precision, with `torch.pi` rounded to nearest; `Float.pi` is rounded down.
    let pi = revision == .first ? Float.pi : Float(Double.pi)
    let share = max(1e-10, min(1, cos(progress(after: step) * pi / 2)))
    let count = Int((share * Float(initialCount)).rounded(.down))
    return max(0, min(currentCount - 1, max(1, count)))
  }
}
