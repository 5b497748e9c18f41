/// Adaptive token frequencies of one codebook for `RangeEncoder`: the frequency of a token is 1, plus 2 for each time
/// that the token was seen (`formats/container.md`, section 5).
///
/// This is the estimator of Krichevsky and Trofimov (1981, equation 1.3): a count of ½ for each token value before the
/// first token. Sums are kept in a binary indexed tree (Fenwick 1994).
struct TokenFrequencies {
  private static let step: UInt32 = 2

  /// Number of seen tokens in each node of the tree; the first node has the index 1.
  private var seenByNode: [UInt32]
  private var seen: [UInt16] = []
  private let size: Int

  /// Creates frequencies of 1 for all tokens.
  ///
  /// - Parameter size: Entries of the codebook, `2...65_536`.
  init(size: Int) {
    self.size = size
    seenByNode = Array(repeating: 0, count: size + 1)
  }

  /// Sum of all frequencies.
  var total: UInt32 { UInt32(size) + Self.step * UInt32(seen.count) }

  /// Returns the share of `token` in `0..<total`: the sum of the frequencies of all smaller tokens, and the frequency
  /// of `token`.
  func part(of token: UInt16) -> (start: UInt32, count: UInt32) {
    let start = sum(below: Int(token))
    return (start, sum(below: Int(token) + 1) - start)
  }

  /// Returns the token whose share of `0..<total` contains `value`.
  ///
  /// - Precondition: `value` is less than `total`.
  func token(at value: UInt32) -> UInt16 {
    var (position, rest) = (0, value)
    var width = 1 << (Int.bitWidth - 1 - size.leadingZeroBitCount)
    while width > 0 {
      if position + width <= size {
        let sum = UInt32(width) + Self.step * seenByNode[position + width]
        if sum <= rest {
          position += width
          rest -= sum
        }
      }
      width /= 2
    }
    return UInt16(position)
  }

  /// Increases the frequency of `token` by 2.
  mutating func add(_ token: UInt16) {
    seen.append(token)
    update(token) { $0 + 1 }
  }

  /// Resets all frequencies to 1.
  ///
  /// - Complexity: O(*k* log *n*) for *k* tokens seen and *n* entries of the codebook.
  mutating func reset() {
    for token in seen { update(token) { $0 - 1 } }
    seen.removeAll(keepingCapacity: true)
  }

  private mutating func update(_ token: UInt16, _ change: (UInt32) -> UInt32) {
    var node = Int(token) + 1
    while node <= size {
      seenByNode[node] = change(seenByNode[node])
      node += node & -node
    }
  }

  private func sum(below token: Int) -> UInt32 {
    var (node, count): (Int, UInt32) = (token, 0)
    while node > 0 {
      count += seenByNode[node]
      node -= node & -node
    }
    return UInt32(token) + Self.step * count
  }
}
