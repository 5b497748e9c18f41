import Foundation
import ModelImport
import ModelStore
import ReferenceCases
import TestSupport
import Testing

@Suite struct ModelImporterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func write(_ checkpoint: TestCheckpoint, to name: String = "codec.pth") throws -> String {
    try folder.write(checkpoint.bytes(), to: name)
  }

  /// Imports into the folder `model`.
  @discardableResult
  private func run(_ paths: [String], _ change: (inout ImportSettings) -> Void = { _ in }) throws -> ModelBundle {
    var settings = ImportSettings()
    settings.name = "tiny"
    change(&settings)
    let importer = try ModelImporter(paths: paths, settings: settings)
    try ModelFolder.make(at: path("model"), replaces: true) { try importer.write(into: $0) }
    return try ModelBundle(path: path("model"))
  }

  /// Error of the import of a changed codec, which must leave no files.
  private func fault<Fault: Error & Equatable>(
    _ type: Fault.Type, _ change: (inout TestCheckpoint) throws -> Void
  ) throws -> Fault? {
    var checkpoint = try TinyNetworks.codec()
    try change(&checkpoint)
    let path = try write(checkpoint)
    let fault = #expect(throws: Fault.self) { try run([path]) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["codec.pth"])
    return fault
  }

  @Test func importsEveryNetworkOfAModel() throws {
    let coarse = try TinyNetworks.checkpoint(
      kind: .vampNet, role: .coarse, TinyNetworks.vampNet(codebookCount: 2, given: 0))
    let fine = try TinyNetworks.checkpoint(
      kind: .vampNet, role: .coarseToFine, TinyNetworks.vampNet(codebookCount: 3, given: 2))
    let paths = try [write(fine, to: "x"), write(TinyNetworks.codec(), to: "y"), write(coarse, to: "z")]
    let bundle = try run(paths) {
      $0.licence = "MIT"
      $0.source = "a test"
    }
    #expect(bundle.name == "tiny")
    let files = try [bundle.codec, #require(bundle.coarse), #require(bundle.coarseToFine)]
    for file in files {
      try file.verify()
      #expect(file.metadata.licence == "MIT" && file.metadata.source == "a test")
      #expect(file.recordedDigests != nil)
      for tensor in file.configuration.tensors {
        let values = try file.weights.floats(named: tensor.name, shape: tensor.shape)
        #expect(values == (0..<tensor.elementCount).map { Float(tensor.name.utf8.count) + Float($0) / 64 })
      }
    }
  }

  /// Recorded digests and hashed data give the same identity.
  @Test func identityDoesNotDependOnRecordedDigests() throws {
    let bundle = try run([write(TinyNetworks.codec())])
    let source = bundle.codec.weights
    var metadata = source.metadata
    metadata["tensor_sha256"] = nil
    var writer = SafetensorsWriter(metadata: metadata)
    for tensor in source.tensors {
      writer.add(tensor.name, shape: tensor.shape, floats: try source.floats(named: tensor.name, shape: tensor.shape))
    }
    let plain = try ModelFile(path: folder.write(writer.encoded(), to: "plain.safetensors"))
    #expect(plain.recordedDigests == nil)
    #expect(try plain.identity() == bundle.codecIdentity())
  }

  @Test func verificationNoticesEveryChangedTensor() throws {
    let bundle = try run([write(TinyNetworks.codec())])
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: bundle.codec.path)))
    for tensor in bundle.codec.weights.tensors {
      var damaged = bytes
      damaged[tensor.byteRange.upperBound - 4] ^= 1
      let file = try ModelFile(path: folder.write(damaged, to: "damaged.safetensors"))
      #expect(throws: ModelError.digestMismatch(path: path("damaged.safetensors"), tensor: tensor.name)) {
        try file.verify()
      }
    }
  }

  @Test(arguments: ["_g _v", ".original0 .original1"])
  func foldsWeightNormalisation(suffixes: String) throws {
    let suffixes = suffixes.split(separator: " ").map(String.init)
    var checkpoint = TestCheckpoint()
    checkpoint.arguments = TinyNetworks.dac
    for tensor in try TinyNetworks.tensors(kind: .dac, role: .codec, TinyNetworks.dac) {
      let values = (0..<tensor.elementCount).map { Float($0 % 7) - 2.5 }
      guard tensor.isLayerWeight else {
        checkpoint.add(tensor.name, tensor.shape, values)
        continue
      }
      let base = suffixes[0] == "_g" ? tensor.name : tensor.name.dropLast("weight".count) + "parametrizations.weight"
      let rows = tensor.shape[0]
      let gains = (0..<rows).map { Float($0) - 1 }
      checkpoint.add(base + suffixes[0], [rows] + tensor.shape.dropFirst().map { _ in 1 }, gains)
      checkpoint.add(base + suffixes[1], tensor.shape, values)
    }
    let bundle = try run([write(checkpoint)])
    for tensor in bundle.codec.configuration.tensors where tensor.isLayerWeight {
      let weights = try bundle.codec.weights.floats(named: tensor.name, shape: tensor.shape)
      let rowLength = tensor.elementCount / tensor.shape[0]
      for row in 0..<tensor.shape[0] {
        let direction = (0..<rowLength).map { Double(($0 + row * rowLength) % 7) - 2.5 }
        let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in 0..<rowLength {
          let expected = (Double(row) - 1) * direction[index] / norm
          #expect(abs(Double(weights[row * rowLength + index]) - expected) <= abs(expected) * 0x1p-24)
        }
      }
    }
  }

  @Test func readsArgumentsOfABareStateDictionary() throws {
    var bare = try TinyNetworks.codec()
    bare.arguments = nil
    let path = try write(bare)
    #expect(throws: ImportError.missingArguments(path: path)) { try run([path]) }
    let json = TinyNetworks.json(TinyNetworks.dac)
    for (index, text) in [json, "{\"kwargs\":\(json)}", "{\"metadata\":{\"kwargs\":\(json)}}"].enumerated() {
      let configuration = try folder.write(text.utf8, to: "\(index).json")
      #expect(try run([path]) { $0.configurationPaths = [configuration] }.codecConfiguration.sampleRateHz == 8_000)
    }
    let whole = try write(TinyNetworks.codec(), to: "whole.pth")
    #expect(throws: ImportError.surplusConfiguration(path: self.path("0.json"))) {
      try run([whole]) { $0.configurationPaths = [self.path("0.json")] }
    }
    let broken = try folder.write("[1".utf8, to: "broken.json")
    #expect(throws: ImportError.malformedConfiguration(path: broken)) {
      try run([path]) { $0.configurationPaths = [broken] }
    }
  }

  @Test func storesRequestedElementTypes() throws {
    let path = try write(TinyNetworks.codec())
    for (storage, type) in [(WeightStorage.f32, TensorElementType.f32), (.f16, .f16), (.bf16, .bf16)] {
      let bundle = try run([path]) { $0.storage = storage }
      for tensor in bundle.codec.configuration.tensors {
        #expect(bundle.codec.weights.tensor(named: tensor.name)?.elementType == (tensor.isLayerWeight ? type : .f32))
      }
      try bundle.codec.verify()
    }
    let large = try TinyNetworks.checkpoint(kind: .dac, role: .codec, TinyNetworks.dac) { _, _ in 1e6 }
    let largePath = try write(large, to: "large.pth")
    #expect(
      throws: ImportError.valueOutOfRange(
        path: largePath, tensor: "encoder.block.0.weight", elementIndex: 0, storage: "F16")
    ) {
      try run([largePath]) { $0.storage = .f16 }
    }
    try run([largePath]) { $0.storage = .bf16 }
  }

  /// Importing a model's files gives the same model.
  @Test func importsModelFiles() throws {
    let path = try write(TinyNetworks.codec())
    let half = try run([path]) {
      $0.storage = .f16
      $0.licence = "MIT"
    }
    let importer = try ModelImporter(paths: [half.codec.path], settings: ImportSettings())
    #expect(importer.name == "tiny")
    try ModelFolder.make(at: self.path("again"), replaces: false) { try importer.write(into: $0) }
    let again = try ModelBundle(path: self.path("again"))
    #expect(try again.codecIdentity() == half.codecIdentity())
    #expect(again.codec.metadata.licence == "MIT")
  }

  @Test func namesMissingMisshapenAndSurplusTensors() throws {
    let codec = path("codec.pth")
    let name = "decoder.model.0.bias"
    #expect(
      try fault(ModelError.self) { $0.state.removeAll { $0.0 == name } } == .missingTensor(path: codec, tensor: name))
    #expect(
      try fault(ModelError.self) {
        $0.state.removeAll { $0.0 == name }
        $0.add(name, [5], [1, 2, 3, 4, 5])
      } == .wrongShape(path: codec, tensor: name, expected: [4], found: [5]))
    #expect(
      try fault(ModelError.self) { $0.add("decoder.model.9.bias", [1], [1]) }
        == .surplusTensors(path: codec, tensors: ["decoder.model.9.bias"]))
    // One of two weight-normalisation tensors.
    #expect(
      try fault(ModelError.self) { $0.add("decoder.model.0.weight_g", [4, 1, 1], [1, 2, 3, 4]) }
        == .missingTensor(path: codec, tensor: "decoder.model.0.weight_v"))
    #expect(
      try fault(ModelError.self) { $0.arguments?[0].1 = .integer(4) }
        == .wrongShape(path: codec, tensor: "encoder.block.0.weight", expected: [4, 1, 7], found: [2, 1, 7]))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func namesValuesThatAreNotFinite(value: Float) throws {
    #expect(
      try fault(ModelError.self) {
        $0.storages[3].bytes.replaceSubrange(8..<12, with: little(value.bitPattern))
      } == .nonFiniteValue(path: path("codec.pth"), tensor: "encoder.block.1.block.0.block.1.weight", elementIndex: 2))
  }

  @Test func rejectsArgumentsOutOfRange() throws {
    guard
      case .invalidMetadata(path("codec.pth"), "kwargs.sample_rate", _, _) = try fault(
        ModelError.self, { $0.arguments?[9].1 = .integer(1) })
    else {
      Issue.record("sample_rate is not named")
      return
    }
    // The network would have billions of parameters, the file has a few kilobytes.
    #expect(try fault(ModelError.self) { $0.arguments?[3].1 = .integer(65_536) } != nil)
  }

  @Test func rejectsMixesThatAreNoModel() throws {
    let codec = try write(TinyNetworks.codec())
    let second = try write(TinyNetworks.codec(), to: "second.pth")
    #expect(throws: ImportError.twoOfARole(path: second, other: codec, role: .codec)) { try run([codec, second]) }
    let coarse = try TinyNetworks.checkpoint(
      kind: .vampNet, role: .coarse, TinyNetworks.vampNet(codebookCount: 4, given: 0))
    let coarsePath = try write(coarse, to: "coarse.pth")
    #expect(throws: ImportError.noCodec(paths: [coarsePath])) { try run([coarsePath]) }
    #expect(throws: ModelError.partsDoNotFit(path: coarsePath, key: "n_codebooks", expected: 3, found: 4)) {
      try run([codec, coarsePath])
    }
    var other = TestCheckpoint()
    other.add("conv.weight", [1], [1])
    let otherPath = try write(other, to: "other.pth")
    #expect(throws: ImportError.unknownNetwork(path: otherPath, tensors: ["conv.weight"])) { try run([otherPath]) }
    #expect(throws: ImportError.invalidName("a/b")) { try run([codec]) { $0.name = "a/b" } }
  }

  @Test func foldsFineTunes() throws {
    let codec = try write(TinyNetworks.codec())
    let coarse = try TinyNetworks.checkpoint(
      kind: .vampNet, role: .coarse, TinyNetworks.vampNet(codebookCount: 2, given: 0, layerCount: 2))
    let fine = try TinyNetworks.checkpoint(
      kind: .vampNet, role: .coarseToFine, TinyNetworks.vampNet(codebookCount: 3, given: 2))
    let paths = [codec, try write(coarse, to: "coarse.pth"), try write(fine, to: "c2f.pth")]
    func lora(layers: Range<Int>, _ name: String, alpha: Double? = nil) throws -> String {
      var lora = TestCheckpoint()
      for layer in layers {
        // The rank is 2, and B · A is [[0, 1, 2, 3]] times 1, 2, 3, 4.
        lora.add("transformer.layers.\(layer).self_attn.w_qs.lora_A", [2, 4], [0, 1, 2, 3, 9, 9, 9, 9])
        lora.add("transformer.layers.\(layer).self_attn.w_qs.lora_B", [4, 2], [1, 0, 2, 0, 3, 0, 4, 0])
      }
      guard let alpha else { return try write(lora, to: name) }
      let root = TestPickle.dictionary([
        ("state_dict", .orderedDictionary(lora.state)), ("metadata", .dictionary([("alpha", .float(alpha))])),
      ])
      var entries = lora.entries
      entries[0] = ZipBuilder.Entry("model/data.pkl", root.pickled)
      return try folder.write(ZipBuilder(entries).bytes(), to: name)
    }
    func weights(_ file: ModelFile?, _ layer: Int) throws -> [Float] {
      try #require(file).weights.floats(named: "transformer.layers.\(layer).self_attn.w_qs.weight", shape: [4, 4])
    }
    let plain = try run(paths)
    let (coarsePlain, finePlain) = try (weights(plain.coarse, 1), weights(plain.coarseToFine, 0))
    func tuned(_ weights: [Float], scale: Float) -> [Float] {
      weights.enumerated().map { $1 + scale * Float($0 / 4 + 1) * Float($0 % 4) }
    }
    // Only the coarse transformer has both layers. The default scale is 1 / rank.
    let both = try lora(layers: 0..<2, "lora2.pth")
    let bundle = try run(paths) { $0.loraPaths = [(nil, both)] }
    #expect(try weights(bundle.coarse, 1) == tuned(coarsePlain, scale: 0.5))
    #expect(try weights(bundle.coarseToFine, 0) == finePlain)
    // Both transformers have this layer, and the second one has no other.
    let one = try lora(layers: 0..<1, "lora1.pth", alpha: 4)
    let fineTuned = try run(paths) { $0.loraPaths = [(nil, one)] }
    #expect(try weights(fineTuned.coarseToFine, 0) == tuned(finePlain, scale: 2))
    #expect(try weights(fineTuned.coarse, 0) == weights(plain.coarse, 0))
    // An explicit role has priority.
    let said = try run(paths) { $0.loraPaths = [(.coarse, one)] }
    #expect(try weights(said.coarse, 0) == tuned(weights(plain.coarse, 0), scale: 2))

    let far = try lora(layers: 5..<6, "far.pth")
    let farFault = #expect(throws: ImportError.self) { try run(paths) { $0.loraPaths = [(nil, far)] } }
    #expect(farFault?.description.contains("not those of any transformer") == true)
    #expect(throws: ImportError.notLoRA(path: codec)) { try run(paths) { $0.loraPaths = [(nil, codec)] } }
    #expect(throws: ImportError.loraWithoutOption(path: one)) { try run(paths + [one]) }
    var half = TestCheckpoint()
    half.add("transformer.layers.0.self_attn.w_qs.lora_A", [2, 4], [0, 1, 2, 3, 9, 9, 9, 9])
    let halfPath = try write(half, to: "half.pth")
    #expect(
      throws: ModelError.missingTensor(path: halfPath, tensor: "transformer.layers.0.self_attn.w_qs.lora_B")
    ) {
      try run(paths) { $0.loraPaths = [(.coarse, halfPath)] }
    }
    half.add("transformer.layers.0.self_attn.w_qs.lora_B", [4, 3], [Float](repeating: 0, count: 12))
    let misshapen = try write(half, to: "misshapen.pth")
    #expect(throws: ImportError.self) { try run(paths) { $0.loraPaths = [(.coarse, misshapen)] } }
  }

  /// A flipped bit anywhere gives a model or an error, never a trap. Fuzzing does this at length.
  @Test func survivesDamage() throws {
    let bytes = try TinyNetworks.codec().bytes()
    for index in stride(from: 0, to: bytes.count, by: 31) {
      var damaged = bytes
      damaged[index] ^= UInt8(truncatingIfNeeded: 1 << (index % 8))
      let path = try folder.write(damaged, to: "codec.pth")
      do {
        try run([path])
      } catch is ImportError {
      } catch is ModelError {}
    }
  }
}
