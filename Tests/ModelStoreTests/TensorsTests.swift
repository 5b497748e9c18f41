import ModelStore
import TestSupport
import Testing

@Suite struct TensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func tensors(
    _ entries: [(String, [Int], [Float])], ignoredSuffixes: [String] = []
  ) throws -> Tensors {
    var writer = SafetensorsWriter(metadata: [:])
    for (name, shape, values) in entries { writer.add(name, shape: shape, floats: values) }
    let path = try folder.write(writer.encoded(), to: "file.safetensors")
    return Tensors(try SafetensorsFile(path: path), ignoredSuffixes: ignoredSuffixes)
  }

  private var path: String { folder.path + "/file.safetensors" }

  @Test func reportsUnusedTensors() throws {
    let tensors = try tensors([("c", [1], [1]), ("a", [1], [1]), ("b.lora_A", [1], [1])])
    _ = try tensors.floats("a", shape: [1])
    #expect(throws: ModelError.surplusTensors(path: path, tensors: ["b.lora_A", "c"])) { try tensors.finish() }
  }

  @Test func leavesIgnoredTensorsAlone() throws {
    let tensors = try tensors([("a", [1], [1]), ("b.lora_A", [1], [1])], ignoredSuffixes: [".lora_A"])
    #expect(throws: ModelError.surplusTensors(path: path, tensors: ["a"])) { try tensors.finish() }
    _ = try tensors.floats("a", shape: [1])
    try tensors.finish()
  }

  @Test func countsNoTensorOfAnotherShapeAsUsed() throws {
    let tensors = try tensors([("a", [1], [1])])
    #expect(throws: ModelError.self) { try tensors.floats("a", shape: [2]) }
    #expect(throws: ModelError.self) { try tensors.finish() }
  }

  @Test(arguments: [
    ("layer.weight_g", "layer.weight_v"),
    ("layer.parametrizations.weight.original0", "layer.parametrizations.weight.original1"),
  ])
  func foldsWeightNormOverAllAxesButTheFirst(g: String, v: String) throws {
    let tensors = try tensors([(g, [2, 1, 1], [10, -2]), (v, [2, 2, 2], [1, 1, 1, 1, 0, 3, 0, 4])])
    let weight = try tensors.weightNormalised("layer", shape: [2, 2, 2])
    #expect(weight == [5, 5, 5, 5, 0, -1.2, 0, -1.6])
    try tensors.finish()
  }

  @Test func readsFoldedWeights() throws {
    let tensors = try tensors([("layer.weight", [2, 1], [3, 4])])
    #expect(try tensors.weightNormalised("layer", shape: [2, 1]) == [3, 4])
    try tensors.finish()
  }

  @Test func rejectsHalfAWeightNorm() throws {
    let gain = try tensors([("layer.weight_g", [1, 1], [1])])
    #expect(throws: ModelError.missingTensor(path: path, tensor: "layer.weight_v")) {
      try gain.weightNormalised("layer", shape: [1, 1])
    }
    let direction = try tensors([("layer.weight_v", [1, 1], [1])])
    #expect(throws: ModelError.missingTensor(path: path, tensor: "layer.weight_g")) {
      try direction.weightNormalised("layer", shape: [1, 1])
    }
    let neither = try tensors([])
    #expect(throws: ModelError.missingTensor(path: path, tensor: "layer.weight")) {
      try neither.weightNormalised("layer", shape: [1, 1])
    }
  }

  @Test func rejectsDirectionOfLengthZero() throws {
    let tensors = try tensors([("layer.weight_g", [2, 1], [1, 1]), ("layer.weight_v", [2, 2], [0, 1, 0, 0])])
    #expect(throws: ModelError.zeroWeightNorm(path: path, tensor: "layer.weight_v", row: 1)) {
      try tensors.weightNormalised("layer", shape: [2, 2])
    }
  }

  @Test func foldsSmallAndLargeDirectionsWithoutLoss() throws {
    // The squares of these values exceed the range of Float.
    let tensors = try tensors([("a.weight_g", [2, 1], [1, 1]), ("a.weight_v", [2, 2], [3e-30, 4e-30, 3e30, 4e30])])
    let weight = try tensors.weightNormalised("a", shape: [2, 2])
    for (found, expected) in zip(weight, [0.6, 0.8, 0.6, 0.8] as [Float]) {
      // Direction and result are rounded once each, by 2^-24.
      #expect(abs(found - expected) < 2e-7)
    }
  }
}
