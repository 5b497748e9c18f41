import AudioIO
import Evaluation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import VampcKit

/// Tests of the codec embedding with the default model.
@Suite struct CodecEmbedderTests {
  private let embedder: CodecEmbedder
  private let model: Model
  private let music: AudioBuffer

  init() throws {
    let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
    model = try Model(try library.bundle(named: Fixtures.defaultModel), context: ComputeContext())
    embedder = try CodecEmbedder(model)
    music = try AudioReader(path: try Fixtures.path("audio/music.flac")).readAll()
  }

  /// Embeds clips of the music, changed by `change`.
  private func embed(
    clipCount: Int = 8, sampleCount: Int = 48_000, _ change: @escaping ([Float]) -> [Float] = { $0 }
  ) throws -> EmbeddingSet {
    try embedder.embed(
      (0..<clipCount).map { index in
        EmbeddableClip(name: "\(index)") {
          var clip = music.slice(index * sampleCount..<(index + 1) * sampleCount)
          clip.channels = clip.channels.map(change)
          return clip
        }
      })
  }

  @Test func thereIsOneEmbeddingForEachFrame() throws {
    let set = try embed(clipCount: 2, sampleCount: 100_000)
    #expect(set.dimension == 256)
    #expect(set.embedding == "dac:" + (try model.bundle.codecIdentity().digest.hex))
    // 100 000 samples at 48 kHz are 91 875 at 44.1 kHz, and an incomplete hop of 768 counts as a frame.
    #expect(set.embeddingCount == 2 * 120)
    #expect(
      try embedder.embed([EmbeddableClip(name: "") { AudioBuffer(channels: [[]], sampleRateHz: 44_100) }])
        .embeddingCount
        == 0)
  }

  /// A gain is no distance but for the rounding of gains to hundredths of a decibel.
  @Test func levelIsNoDistance() throws {
    let original = try embed()
    let half = try FrechetEstimate(of: embed { $0.map { $0 / 2 } }, from: .clips(original), resampleCount: 0)
    #expect(half.distance < 1e-3)
  }

  @Test func moreNoiseIsFartherAway() throws {
    let original = try embed()
    let distances =
      try [0.001, 0.01, 0.1].map { (amplitude: Float) in
        try FrechetEstimate(
          of: embed { samples in
            var noise = TestNoise(seed: 1)
            return samples.map { $0 + amplitude * noise.next() }
          }, from: .clips(original), resampleCount: 0
        ).distance
      }
    #expect(distances[0] < distances[1] && distances[1] < distances[2], "\(distances)")
    let found = try FrechetEstimate(of: original, from: .clips(original), resampleCount: 10)
    #expect(found.distance < 1e-6 && found.decodedClipCount == 8)
  }
}
