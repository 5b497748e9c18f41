import Foundation
public import Tokens

/// Choice of the frames of one codebook that each step of MAGNeT's sampler masks (arXiv 2401.04577, section 3.1 and
/// algorithm of the published code, `lm_magnet.py`).
///
/// The published code continues a prompt in front of the generated frames. Here kept tokens may stand anywhere, and a
/// kept token is never masked. If spans do not overlap, spans without generated tokens do not count, the score of a
/// span covers only its generated tokens, and the last span of a window may be shorter. If spans overlap, each kept
/// token of a span lowers the score of the span.
public struct SpanMasking: Sendable {
  private let settings: SpanSettings
  /// Frames of the window at which the codebook's tokens are generated, in ascending order.
  private let frames: [Int]
  private let isGenerated: [Bool]
  /// Generated frames of each span that has any, for spans that do not overlap; empty for overlapping spans.
  private let spans: [[Int]]
  /// Scores as the published code computes them: less probable tokens have a greater score, and the next step masks the
  /// spans with the greatest scores again. Where spans overlap, `scores` has one element for each frame of the window,
  /// and the score of a span is the sum over its frames. Otherwise `scores` has one element for each element of
  /// `spans`.
  private var scores: [Float]

  /// Score of kept frames, and of frames or spans that the last step has not drawn; the published code has the same
  /// value.
  private static let settledScore: Float = -1e4

  /// Prepares the masking of one codebook in one window.
  ///
  /// - Parameters:
  ///   - isGenerated: Whether the token of each frame of the window is generated (true) or kept (false).
  ///   - settings: Length, scoring and arrangement of spans.
  public init(isGenerated: [Bool], settings: SpanSettings) {
    self.settings = settings
    self.isGenerated = isGenerated
    frames = isGenerated.indices.filter { isGenerated[$0] }
    let length = settings.length
    if Self.overlaps(settings) {
      spans = []
      scores = isGenerated.map { $0 ? 0 : Self.settledScore }
    } else {
      spans = stride(from: 0, to: isGenerated.count, by: length)
        .map { ($0..<min($0 + length, isGenerated.count)).filter { isGenerated[$0] } }.filter { !$0.isEmpty }
      scores = [Float](repeating: 0, count: spans.count)
    }
  }

  private static func overlaps(_ settings: SpanSettings) -> Bool {
    settings.arrangement == .stride1 && settings.length > 1
  }

  /// Share of the generated frames, or of the spans where spans do not overlap, that step `step` masks: cos(π/2 · s), s
  /// = `step` / (`stepCount` − 1), in single precision, and 1 if there is only one step.
  ///
  /// - Parameters:
  ///   - step: Step of the codebook, 0 for the first.
  ///   - stepCount: Number of steps of the codebook.
  public static func maskedShare(step: Int, of stepCount: Int) -> Float {
    guard stepCount > 1 else { return 1 }
    // The published code takes `torch.linspace`, which counts from both ends.
    let increment = 1 / Float(stepCount - 1)
    let position =
      step < stepCount / 2 ? increment * Float(step) : 1 - increment * Float(stepCount - 1 - step)
    return cos(position * Float(Double.pi) * 0.5)
  }

  /// Temperature of step `step`, which falls linearly towards 0, but not below 0.01.
  ///
  /// - Parameters:
  ///   - start: Temperature that the annealing starts from.
  ///   - step: Step of the codebook, 0 for the first.
  ///   - stepCount: Number of steps of the codebook.
  public static func temperature(from start: Double, step: Int, of stepCount: Int) -> Double {
    max(start * Double(stepCount - 1 - step) / Double(stepCount), 0.01)
  }

  /// Frames that step `step` masks and draws, in ascending order.
  ///
  /// - Parameters:
  ///   - step: Step of the codebook, 0 for the first.
  ///   - stepCount: Number of steps of the codebook.
  public func maskedFrames(step: Int, of stepCount: Int) -> [Int] {
    if step == 0 { return frames }
    let share = Self.maskedShare(step: step, of: stepCount)
    if Self.overlaps(settings) { return overlappingFrames(count: max(1, Int(share * Float(frames.count)))) }
    let count = max(1, Int(share * Float(spans.count)))
    return Self.descending(scores).prefix(count).flatMap { spans[$0] }.sorted()
  }

  /// Computes the scores for the next step from the tokens that a step has drawn.
  ///
  /// - Parameters:
  ///   - logProbabilities: Natural logarithm of the probability of each drawn token.
  ///   - drawnFrames: Frames of these tokens, as ``maskedFrames(step:of:)`` returned them.
  public mutating func record(_ logProbabilities: [Float], of drawnFrames: [Int]) {
    var drawn = [Float?](repeating: nil, count: isGenerated.count)
    for (frame, value) in zip(drawnFrames, logProbabilities) { drawn[frame] = value }
    if Self.overlaps(settings) {
      scores = drawn.map { $0.map { -$0 } ?? Self.settledScore }
      return
    }
    scores = spans.map { span in
      let values = span.compactMap { drawn[$0] }
      guard let greatest = values.max() else { return Self.settledScore }
      return settings.scoring == .max ? 1 - exp(greatest) : -values.reduce(0, +)
    }
  }

  /// Indices of `scores` from the greatest to the smallest; equal scores keep their order.
  private static func descending(_ scores: [Float]) -> [Int] {
    scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
  }

  /// Generated frames that the least probable spans cover, where a span begins at every frame from which a whole span
  /// fits into the window. A bisection finds the number of spans that cover about `count` generated frames, or about
  /// one span if `count` is less than the length of a span.
  private func overlappingFrames(count: Int) -> [Int] {
    let length = min(settings.length, isGenerated.count)
    let sums = (0...isGenerated.count - length).map { start in
      scores[start..<start + length].reduce(0, +)
    }
    let order = Self.descending(sums)
    let target = max(count, length)
    var least = target / length
    // Where tokens are kept, a span masks fewer than `length` frames, and more spans may be needed.
    var most = isGenerated.allSatisfy { $0 } ? target - length + 1 : order.count
    func middle() -> Int { Int((0.5 * Double(least + most)).rounded(.toNearestOrEven)) }
    var spanCount = middle()
    var found = covered(order.prefix(spanCount), length)
    while spanCount > least && spanCount < most {
      found = covered(order.prefix(spanCount), length)
      if found.count > target { most = spanCount } else { least = spanCount }
      spanCount = middle()
    }
    return found
  }

  private func covered(_ starts: ArraySlice<Int>, _ length: Int) -> [Int] {
    var isCovered = [Bool](repeating: false, count: isGenerated.count)
    for start in starts { for frame in start..<start + length { isCovered[frame] = true } }
    return frames.filter { isCovered[$0] }
  }
}
