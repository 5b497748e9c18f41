import Evaluation
import Foundation
import ModelStore
import Testing

@Suite struct EmbeddingStatisticsTests {
  private func statistics(dimension: Int = 3) throws -> EmbeddingStatistics {
    var noise = TestNoise(seed: 3)
    return try EmbeddingSet(
      embedding: "dac:0123", dimension: dimension,
      clips: (0..<4).map { EmbeddingSet.Clip(name: "\($0)", values: noise.next(5 * dimension)) }
    ).statistics()
  }

  /// Reads statistics from bytes.
  private func read(_ bytes: [UInt8]) throws -> EmbeddingStatistics {
    let path = FileManager.default.temporaryDirectory.path + "/vampc-statistics-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try EmbeddingStatistics(path: path)
  }

  @Test func comeBackBitForBit() throws {
    let written = try statistics()
    #expect(try read(written.encoded()) == written)
    #expect(written.clipCount == 4 && written.gaussian.embeddingCount == 20)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try statistics(dimension: 2).encoded()
    for count in 0..<bytes.count {
      #expect(throws: (any Error).self) { try read(Array(bytes.prefix(count))) }
    }
  }

  /// Flips of single bits never trap: the reader rejects the file or reads other values.
  @Test func noFlipTraps() throws {
    let bytes = try statistics(dimension: 2).encoded()
    for index in bytes.indices {
      for bit in [0, 6, 7] as [UInt8] {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        _ = try? read(damaged)
      }
    }
  }

  @Test(arguments: [
    ("kind", "model"), ("version", "2"), ("embedding", ""), ("embedding_count", "1"), ("embedding_count", "1e3"),
    ("clip_count", "0"), ("clip_count", "21"),
  ])
  func refusesMetadataOutOfRange(key: String, value: String) throws {
    var metadata = [
      "kind": "embedding-statistics", "version": "1", "embedding": "x", "embedding_count": "20", "clip_count": "4",
    ]
    metadata[key] = value
    var writer = SafetensorsWriter(metadata: metadata)
    writer.add("mean", shape: [1], doubles: [0])
    writer.add("covariance", shape: [1, 1], doubles: [1])
    let bytes = try writer.encoded()
    #expect(throws: EvaluationError.self) { try read(bytes) }
  }

  @Test func refusesTensorsThatAreNoStatistics() throws {
    func error(_ fill: (inout SafetensorsWriter) -> Void) throws -> String {
      var writer = SafetensorsWriter(metadata: [
        "kind": "embedding-statistics", "version": "1", "embedding": "x", "embedding_count": "20", "clip_count": "4",
      ])
      fill(&writer)
      let bytes = try writer.encoded()
      return "\(try #require(#expect(throws: (any Error).self) { try read(bytes) }))"
    }
    #expect(try error { $0.add("mean", shape: [1], doubles: [0]) }.contains("not mean and covariance"))
    let cases: [(mean: [Double], covariance: [Double], shape: [Int], message: String)] = [
      ([], [], [0, 0], "0 values"),
      ([0, 0], [1, 0, 0], [3, 1], "shape"),
      ([0, 0], [1, 0.5, 0.4, 1], [2, 2], "not symmetric"),
      ([0, 0], [1, 0, 0, -1], [2, 2], "negative"),
      ([0, .nan], [1, 0, 0, 1], [2, 2], "not a finite number"),
      ([0, 0], [1, .infinity, .infinity, 1], [2, 2], "not a finite number"),
    ]
    for (mean, covariance, shape, message) in cases {
      let text = try error {
        $0.add("mean", shape: [mean.count], doubles: mean)
        $0.add("covariance", shape: shape, doubles: covariance)
      }
      #expect(text.contains(message), "\(text)")
    }
    let single = try error {
      $0.add("mean", shape: [1], floats: [0])
      $0.add("covariance", shape: [1, 1], floats: [1])
    }
    #expect(single.contains("expected F64"))
  }
}
