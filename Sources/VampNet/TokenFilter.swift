import Foundation

/// Which entries of a codebook may be sampled.
public struct TokenFilter: Equatable, Sendable {
  /// Nucleus sampling (arXiv 1904.09751): the most likely entries that together reach this probability; 1 keeps all.
  public var topP: Double
  /// Locally typical sampling (arXiv 2202.00666): the entries whose surprise is nearest to the entropy and that
  /// together reach this probability; 1 keeps all.
  public var typicalMass: Double
  /// Entries that typical sampling keeps at least; the published code's default.
  public var typicalMinimumCount = 64

  public init(topP: Double = 1, typicalMass: Double = 1) {
    self.topP = topP
    self.typicalMass = typicalMass
  }

  public var keepsAll: Bool { topP >= 1 && typicalMass >= 1 }

  /// Which entries stay, for the logits of one token. At least one does.
  public func kept(_ logits: [Float]) -> [Bool] {
    var kept = [Bool](repeating: true, count: logits.count)
    let probabilities = Self.softmax(logits)
    if typicalMass < 1 {
      let entropy = -probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
      let distances = probabilities.map { abs(-log(max($0, .leastNormalMagnitude)) - entropy) }
      let order = logits.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      // The entry at which the mass is reached stays, and all that are as typical as it.
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
      // The entry at which the probability is exceeded stays.
      for entry in order {
        if mass > topP { kept[entry] = false }
        mass += probabilities[entry]
      }
      // Both filters together may leave nothing: then the most likely entry stays.
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
