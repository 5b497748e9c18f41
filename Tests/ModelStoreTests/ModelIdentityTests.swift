import ModelStore
import ReferenceCases
import TestSupport
import Testing

@Suite struct ModelIdentityTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func digest(_ metadata: [String: String], _ tensors: [(String, [Int], [Float])]) throws -> ModelDigest {
    var writer = SafetensorsWriter(metadata: metadata)
    for (name, shape, values) in tensors { writer.add(name, shape: shape, floats: values) }
    let path = try folder.write(writer.encoded(), to: "file.safetensors")
    return try ModelFile(path: path).identity().digest
  }

  @Test func hashesAsLibcryptoDocuments() throws {
    // FIPS 180-2, appendix B.1.
    let hash = try SHA256()
    try hash.update("ab".utf8)
    try hash.update("c".utf8)
    #expect(try hash.finalised().hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  /// Output of `tools/model-identity` for the model files of the reference checkpoints.
  @Test(arguments: [
    ("dac", "620f50fa2c7047a89951a956957df173e886affacbfbe8d1dacf6878d45cd7a1"),
    ("lac", "c05467c5cccc609956089458c250cfb810a29af5174ded8687a42671f84450f0"),
    ("coarse", "a9a586f600147b89e286e7bbdb303b3beaceac4da49ee031b2ca26a7a7678f32"),
    ("c2f", "52000d64c10700fee93dd607fdbea84ab415c0ba9b4394ec49643b6341fcdd30"),
  ])
  func agreesWithAnIndependentReader(name: String, hex: String) throws {
    let file = try ModelFile(path: ReferenceCase(folder: Fixtures.path("reference/\(name)")).weightsPath())
    #expect(try file.identity().digest.hex == hex)
    #expect(try file.identity().description == "reference-\(name) (\(hex.prefix(8)))")
  }

  @Test func ignoresLayoutNamesAndLoudness() throws {
    let plain = try digest(codecMetadata, [("a", [2], [1, 2]), ("b", [1], [3])])
    var metadata = codecMetadata
    metadata["name"] = "other"
    metadata["loudness_lufs"] = "-20"
    metadata["kwargs"] = metadata["kwargs"]?.replacing("null", with: "16").replacing("0.5", with: "0")
    #expect(try digest(metadata, [("b", [1], [3]), ("a", [2], [1, 2])]) == plain)
  }

  @Test func noticesEverythingThatChangesTheResult() throws {
    let plain = try digest(codecMetadata, [("a", [2], [1, 2])])
    var metadata = codecMetadata
    metadata["kwargs"] = metadata["kwargs"]?.replacing("44100", with: "48000")
    var digests = [
      plain,
      try digest(metadata, [("a", [2], [1, 2])]),
      try digest(codecMetadata, [("a", [2], [1, 2.0000002])]),
      try digest(codecMetadata, [("a", [2, 1], [1, 2])]),
      try digest(codecMetadata, [("b", [2], [1, 2])]),
      try digest(codecMetadata, [("a", [1], [1]), ("b", [1], [2])]),
    ]
    metadata = codecMetadata
    metadata["kind"] = "LAC"
    digests.append(try digest(metadata, [("a", [2], [1, 2])]))
    #expect(Set(digests).count == digests.count)
  }

  @Test func noticesWhichHalfOfAGeneratorIsMissing() throws {
    func generator(coarse: Bool, fine: Bool) throws -> ModelIdentity? {
      let folder = try TemporaryFolder()
      try folder.write(modelBytes(codecMetadata), to: "codec.safetensors")
      if coarse {
        let bytes = try modelBytes(vampNetMetadata(role: "coarse", codebookCount: 2, given: 0))
        try folder.write(bytes, to: "coarse.safetensors")
      }
      if fine {
        let bytes = try modelBytes(vampNetMetadata(role: "c2f", codebookCount: 5, given: 2))
        try folder.write(bytes, to: "c2f.safetensors")
      }
      return try ModelBundle(path: folder.path).generatorIdentity()
    }
    let identities = try [
      generator(coarse: true, fine: true), generator(coarse: true, fine: false), generator(coarse: false, fine: true),
      generator(coarse: false, fine: false),
    ]
    #expect(Set(identities).count == 4)
    #expect(identities[3] == nil)
  }

  @Test func matchesPrefixes() throws {
    let digest = ModelDigest(bytes: (0..<32).map { UInt8($0) })
    #expect(digest.hasPrefix([0, 1, 2]) && !digest.hasPrefix([0, 2]))
    #expect(digest.shortHex == "00010203")
  }
}
