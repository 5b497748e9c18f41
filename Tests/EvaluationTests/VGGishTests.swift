import Evaluation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing

/// Tests of a narrow VGGish with random weights against PyTorch (`tools/render-vggish-fixture`).
@Suite struct VGGishTests {
  private let reference: ReferenceCase

  init() throws { reference = try ReferenceCase(folder: Fixtures.path("reference/vggish")) }

  private func file() throws -> ModelFile { try ModelFile(path: reference.weightsPath()) }

  private func relativeError(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  @Test func agreesWithPyTorchFromSoundToEmbeddings() throws {
    let embedder = try VGGishEmbedder(file(), context: ComputeContext())
    let samples = try reference.array("input").floats
    let found = try embedder.embed([
      EmbeddableClip(name: "a") { AudioBuffer(channels: [samples], sampleRateHz: 16_000) }
    ])
    let expected = try reference.array("embeddings")
    #expect(found.dimension == expected.shape[1] && found.embeddingCount == expected.shape[0])
    #expect(relativeError(found.clips[0].values, expected.floats) < 1e-5)
    #expect(found.embedding == "vggish:" + (try file().identity().digest.hex))
  }

  @Test func hearsWhatThePortHears() throws {
    let examples = VGGishFrontEnd.examples(ofSamples: try reference.array("input").floats)
    #expect(relativeError(examples, try reference.array("examples").floats) < 1e-5)
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable), [1, 3])
  func everyKernelAgrees(instructionSet: InstructionSet, threadCount: Int) throws {
    let network = try VGGishNetwork(
      file(), context: ComputeContext(threadCount: threadCount, instructionSet: instructionSet))
    let expected = try reference.array("embeddings").floats
    // Five copies of the examples exceed a batch.
    let examples = try reference.array("examples").floats
    let found = network.embeddings(of: (0..<5).flatMap { _ in examples })
    #expect(found.count == 5 * expected.count)
    #expect(relativeError(Array(found.suffix(expected.count)), expected) < 1e-5)
  }

  /// A clip of 0.975 s makes one example, and one sample less makes none. Stereo is mixed, other rates are resampled.
  @Test func countsWholeExamples() throws {
    let embedder = try VGGishEmbedder(file(), context: ComputeContext())
    func count(_ audio: AudioBuffer) throws -> Int {
      try embedder.embed([EmbeddableClip(name: "") { audio }]).embeddingCount
    }
    func silence(_ sampleCount: Int, rate: Int = 16_000, channelCount: Int = 1) -> AudioBuffer {
      AudioBuffer(
        channels: [[Float]](repeating: [Float](repeating: 0, count: sampleCount), count: channelCount),
        sampleRateHz: rate)
    }
    #expect(try count(silence(15_600)) == 1)
    #expect(try count(silence(15_599)) == 0)
    #expect(try count(silence(0)) == 0)
    #expect(try count(silence(441_000, rate: 44_100, channelCount: 2)) == 10)
  }
}
