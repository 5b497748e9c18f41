/// How often each token of a codebook was seen, as frequencies for `RangeEncoder`: 1 and 2 more for each time.
///
/// That is the estimator of Krichevsky and Trofimov (1981, equation 1.3), half a count for what was never seen. Sums are
/// kept in a binary indexed tree (Fenwick 1994).
struct TokenFrequencies {
  private static let step: UInt32 = 2

  /// Entry `i`, from 1 on: how many of the tokens seen lie in the tree's node `i`.
  private var seenByNode: [UInt32]
  private var seen: [UInt16] = []
  private let size: Int

  /// - Parameter size: of the codebook, `2...65_536`.
  init(size: Int) {
    self.size = size
    seenByNode = Array(repeating: 0, count: size + 1)
  }

  var total: UInt32 { UInt32(size) + Self.step * UInt32(seen.count) }

  /// Where the part of a token in `0..<total` begins and how large it is.
  func part(of token: UInt16) -> (start: UInt32, count: UInt32) {
    let start = sum(below: Int(token))
    return (start, sum(below: Int(token) + 1) - start)
  }

  /// The token whose part holds `value`, which is less than `total`.
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

  mutating func add(_ token: UInt16) {
    seen.append(token)
    update(token) { $0 + 1 }
  }

  /// Forgets all tokens, in time that depends on how many they were alone.
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
