import Foundation
public import Kernels

/// Filter that selects the codebook entries that may be drawn.
///
/// Each limit applies to the full distribution, and an entry stays if it satisfies all limits. The most likely entry
/// stays if no entry does.
public struct TokenFilter: Equatable, Sendable {
  /// Nucleus sampling (arXiv 1904.09751): total probability, `0...1`, that the most likely entries that stay must
  /// exceed; 1 lets all stay.
  public var topP: Double
  /// Locally typical sampling (arXiv 2202.00666): total probability, `0...1`, that the entries that stay must reach; 1
  /// lets all stay. Entries stay in the order of the distance of their information content from the entropy.
  public var typicalMass: Double
  /// Smallest number of entries that typical sampling lets stay; the published code's default is 64.
  public var typicalMinimumCount: Int
  /// Number of the most likely entries that stay, at least 1; entries as likely as the last of these stay, too. Nil
  /// lets all entries stay.
  public var topK: Int?

  /// Filter with the given limits; the defaults let all entries stay.
  ///
  /// - Parameters:
  ///   - topP: Total probability of the most likely entries, `0...1`.
  ///   - typicalMass: Total probability of the most typical entries, `0...1`.
  ///   - typicalMinimumCount: Smallest number of most typical entries.
  ///   - topK: Number of most likely entries, at least 1; nil sets no limit.
  public init(topP: Double = 1, typicalMass: Double = 1, typicalMinimumCount: Int = 64, topK: Int? = nil) {
    self.topP = topP
    self.typicalMass = typicalMass
    self.typicalMinimumCount = typicalMinimumCount
    self.topK = topK
  }

  /// Whether all entries stay for any logits.
  public var keepsAll: Bool { topP >= 1 && typicalMass >= 1 && topK == nil }

  /// Sets the logits of all entries that do not stay to −∞.
  ///
  /// The kernels search the limits in single precision. Rows in which rounding could decide are computed as in
  /// ``kept(_:)``, so that the result does not depend on the instruction set.
  ///
  /// - Parameters:
  ///   - logits: Logits `[T, V]` of T tokens, one row of V entries for each token.
  ///   - scale: Factor of the logits: 1 divided by the temperature of the filtered distribution.
  ///   - context: Threads and instruction set of the computation.
  public func apply(to logits: FloatRows, scale: Float = 1, context: ComputeContext) {
    guard !keepsAll else { return }
    var limits = RowLimits()
    limits.scale = scale
    limits.nucleusMass = topP < 1 ? topP : nil
    limits.typicalMass = typicalMass < 1 ? typicalMass : nil
    limits.typicalMinimumCount = typicalMinimumCount
    limits.likeliestCount = topK
    for row in logits.restrictRows(to: limits, context: context) {
      let scaled = scale == 1 ? logits.row(row) : logits.row(row).map { $0 * scale }
      for (entry, isKept) in kept(scaled).enumerated() where !isKept { logits[row, entry] = -.infinity }
    }
  }

  /// Flags of the entries, true for entries that stay, given the logits of one token; computed in double precision.
  public func kept(_ logits: [Float]) -> [Bool] {
    var kept = [Bool](repeating: true, count: logits.count)
    let probabilities = Self.softmax(logits)
    if typicalMass < 1 { removeUntypical(&kept, probabilities) }
    guard topP < 1 || topK != nil, !logits.isEmpty else { return kept }
    let order = Self.order(probabilities.map { -$0 })
    if topP < 1 {
      var mass = 0.0
      // The entry that exceeds the probability stays.
      for entry in order {
        if mass > topP { kept[entry] = false }
        mass += probabilities[entry]
      }
    }
    if let topK, topK < logits.count {
      let least = logits[order[max(0, topK - 1)]]
      for (entry, logit) in logits.enumerated() where logit < least { kept[entry] = false }
    }
    // The most likely entry stays if the filters together leave no entry.
    if !kept.contains(true) { kept[order[0]] = true }
    return kept
  }

  private func removeUntypical(_ kept: inout [Bool], _ probabilities: [Double]) {
    guard !probabilities.isEmpty else { return }
    let entropy = -probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
    let distances = probabilities.map { abs(-log(max($0, .leastNormalMagnitude)) - entropy) }
    let order = Self.order(distances)
    // The entry that reaches the mass stays, and so do all entries of the same distance.
    var mass = 0.0
    var reached = order.count - 1
    for (rank, entry) in order.enumerated() {
      mass += probabilities[entry]
      if mass >= typicalMass {
        reached = rank
        break
      }
    }
    let limit = distances[order[reached]]
    for (rank, entry) in order.enumerated() where rank >= typicalMinimumCount && distances[entry] > limit {
      kept[entry] = false
    }
  }

  /// Indices of `values` from the smallest to the greatest; equal values keep their order.
  private static func order(_ values: [Double]) -> [Int] {
    struct Entry {
      let value: Double
      let index: Int
    }
    var entries = values.enumerated().map { Entry(value: $1, index: $0) }
    entries.sort { $0.value != $1.value ? $0.value < $1.value : $0.index < $1.index }
    return entries.map(\.index)
  }

  private static func softmax(_ logits: [Float]) -> [Double] {
    let top = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - top) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
