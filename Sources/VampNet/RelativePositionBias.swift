import Foundation

/// Bidirectional relative position bias of T5 (arXiv 1910.10683, section 2.1). All layers of VampNet share one bias.
struct RelativePositionBias: Sendable {
  private let headCount: Int
  /// Bias `[bucket, head]`.
  private let table: [Float]

  /// Number of distance buckets: half of them for keys after the query, half for keys before the query and the query
  /// itself.
  static let bucketCount = 32
  /// Distance in frames at which the logarithmic ranges of distances end. Greater distances belong to the last bucket
  /// of their direction.
  private static let greatestDistance: Float = 128

  init(table: [Float], headCount: Int) {
    precondition(table.count == Self.bucketCount * headCount, "bias table does not fit")
    self.table = table
    self.headCount = headCount
  }

  /// Bias that excludes a key: the key's softmax weight is 0, because the kernels' exponential is 0 below −87.
  private static let excludes: Float = -1e30

  /// Bias `[head, 2 · frameCount − 1]` by distance `key − query`, which starts at −(frameCount − 1).
  ///
  /// - Parameters:
  ///   - frameCount: Number of frames of the window.
  ///   - contextFrameCount: Greatest distance of keys that a query attends to; nil for all keys.
  func values(frameCount: Int, contextFrameCount: Int? = nil) -> [Float] {
    (0..<headCount).flatMap { head in
      (1 - frameCount..<frameCount).map { distance in
        if let contextFrameCount, abs(distance) > contextFrameCount { return Self.excludes }
        return table[Self.bucket(ofDistance: distance) * headCount + head]
      }
    }
  }

  /// Bucket of a distance `key − query`.
  ///
  /// Half the buckets are for keys after the query. Each half has eight buckets for exact distances and eight for
  /// logarithmic ranges up to 128, of which the last range also has all greater distances. The bounds of the ranges
  /// depend on the published code's rounding to single precision.
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
