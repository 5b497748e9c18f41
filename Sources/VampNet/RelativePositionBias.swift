import Foundation

/// T5's relative position bias (arXiv 1910.10683, section 2.1), bidirectional, as VampNet uses it: computed once and
/// shared by all layers.
struct RelativePositionBias: Sendable {
  private let headCount: Int
  /// `[bucket, head]`.
  private let table: [Float]

  static let bucketCount = 32
  private static let greatestDistance: Float = 128

  init(table: [Float], headCount: Int) {
    precondition(table.count == Self.bucketCount * headCount, "bias table does not fit")
    self.table = table
    self.headCount = headCount
  }

  /// `[head, 2 · frameCount − 1]`: the bias at distance `key − query`, from −(frameCount − 1) on.
  func values(frameCount: Int) -> [Float] {
    (0..<headCount).flatMap { head in
      (1 - frameCount..<frameCount).map { table[Self.bucket(ofDistance: $0) * headCount + head] }
    }
  }

  /// Half the buckets for keys after the query; of each half, the first half for exact distances and the rest for
  /// distances that grow logarithmically up to 128. Single precision, as published: the bounds between buckets depend
  /// on its rounding.
  static func bucket(ofDistance distance: Int) -> Int {
    let half = bucketCount / 2
    let exact = half / 2
    let side = distance > 0 ? half : 0
    let length = abs(distance)
    if length < exact { return side + length }
    let scaled = log(Float(length) / Float(exact)) / Float(log(Double(greatestDistance) / Double(exact)))
    return side + min(half - 1, exact + Int(scaled * Float(half - exact)))
  }
}
