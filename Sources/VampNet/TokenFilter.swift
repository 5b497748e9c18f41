import Foundation

/// Filter that selects the codebook entries that may be drawn.
public struct TokenFilter: Equatable, Sendable {
  /// Nucleus sampling (arXiv 1904.09751): total probability of the most likely entries that stay; 1 lets all stay.
  public var topP: Double
  /// Locally typical sampling (arXiv 2202.00666): total probability of the entries that stay, in the order of the
  /// distance of their information content from the entropy; 1 lets all stay.
  public var typicalMass: Double
  /// Smallest number of entries that typical sampling lets stay; the published code's default is 64.
  public var typicalMinimumCount = 64

  /// Filter with the given masses; the defaults let all entries stay.
  public init(topP: Double = 1, typicalMass: Double = 1) {
    self.topP = topP
    self.typicalMass = typicalMass
  }

  /// Whether all entries stay for any logits.
  public var keepsAll: Bool { topP >= 1 && typicalMass >= 1 }

  /// Flags of the entries that stay, given the logits of one token; at least one entry stays.
  public func kept(_ logits: [Float]) -> [Bool] {
    var kept = [Bool](repeating: true, count: logits.count)
    let probabilities = Self.softmax(logits)
    if typicalMass < 1 {
      let entropy = -probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
      let distances = probabilities.map { abs(-log(max($0, .leastNormalMagnitude)) - entropy) }
      let order = logits.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
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
    if topP < 1 {
      let order = logits.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
      var mass = 0.0
      // The entry that exceeds the probability stays.
      for entry in order {
        if mass > topP { kept[entry] = false }
        mass += probabilities[entry]
      }
      // The most likely entry stays if the two filters together leave no entry.
      if !kept.contains(true) { kept[order[0]] = true }
    }
    return kept
  }

  private static func softmax(_ logits: [Float]) -> [Double] {
    let top = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - top) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
