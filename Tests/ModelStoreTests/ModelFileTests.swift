import ModelStore
import TestSupport
import Testing

/// Metadata of a codec.
let codecMetadata = [
  "kind": "DAC", "role": "codec", "name": "tiny",
  "kwargs": """
  {"encoder_dim": 4, "encoder_rates": [2, 3], "latent_dim": null, "decoder_dim": 8, "decoder_rates": [3, 2],
  "n_codebooks": 5, "codebook_size": 96, "codebook_dim": 8, "quantizer_dropout": 0.5, "sample_rate": 44100}
  """,
]

/// Metadata of a transformer for the codec of `codecMetadata`.
func vampNetMetadata(role: String, codebookCount: Int, given: Int) -> [String: String] {
  [
    "kind": "VampNet", "role": role, "name": "tiny",
    "kwargs": """
    {"n_heads": 2, "n_layers": 3, "r_cond_dim": 0, "n_codebooks": \(codebookCount),
    "n_conditioning_codebooks": \(given), "latent_dim": 8, "embedding_dim": 12, "vocab_size": 96,
    "flash_attn": false, "noise_mode": "mask", "dropout": 0.1, "ctrl_dims": null, "cfg_dropout_prob": 0.2}
    """,
  ]
}

/// Writes a model file with one small tensor.
func modelBytes(_ metadata: [String: String], values: [Float] = [1, 2]) throws -> [UInt8] {
  var writer = SafetensorsWriter(metadata: metadata)
  writer.add("a", shape: [values.count], floats: values)
  return try writer.encoded()
}

@Suite struct ModelFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path + "/file.safetensors" }

  private func open(_ metadata: [String: String]) throws -> ModelFile {
    try ModelFile(path: folder.write(modelBytes(metadata), to: "file.safetensors"))
  }

  /// Error of opening a file in whose arguments `old` is replaced.
  private func faultReplacing(_ old: String, by new: String, in metadata: [String: String]) throws -> ModelError? {
    var metadata = metadata
    let arguments = metadata["kwargs"]!
    let damaged = arguments.replacing(old, with: new)
    try #require(damaged != arguments)
    metadata["kwargs"] = damaged
    return #expect(throws: ModelError.self) { try open(metadata) }
  }

  @Test func readsCodecConfiguration() throws {
    let file = try open(codecMetadata)
    let codec = try file.codecConfiguration()
    #expect(codec.kind == .dac)
    #expect((codec.encoderDim, codec.latentDim, codec.decoderDim) == (4, 16, 8))
    #expect((codec.encoderRates, codec.decoderRates, codec.hopLength) == ([2, 3], [3, 2], 6))
    #expect((codec.codebookCount, codec.codebookSize, codec.codebookDim) == (5, 96, 8))
    #expect(codec.sampleRateHz == 44_100)
    #expect(file.metadata.role == .codec)
    #expect(throws: ModelError.wrongKind(path: path, expected: "VampNet", found: "DAC")) {
      try file.vampNetConfiguration()
    }
  }

  @Test func readsVampNetConfiguration() throws {
    var metadata = vampNetMetadata(role: "c2f", codebookCount: 5, given: 2)
    metadata["window_frames"] = "99"
    let file = try open(metadata)
    let network = try file.vampNetConfiguration()
    #expect((network.headCount, network.layerCount, network.embeddingDim) == (2, 3, 12))
    #expect((network.codebookCount, network.conditioningCodebookCount, network.predictedCodebookCount) == (5, 2, 3))
    #expect((network.latentDim, network.vocabularySize, network.windowFrameCount) == (8, 96, 99))
    #expect(network.role == .coarseToFine)
    #expect(throws: ModelError.wrongKind(path: path, expected: "DAC or LAC", found: "VampNet")) {
      try file.codecConfiguration()
    }
  }

  @Test func usesPublishedWindowsByDefault() throws {
    let coarse = try open(vampNetMetadata(role: "coarse", codebookCount: 2, given: 0))
    #expect(try coarse.vampNetConfiguration().windowFrameCount == 575)
    let fine = try open(vampNetMetadata(role: "c2f", codebookCount: 5, given: 2))
    #expect(try fine.vampNetConfiguration().windowFrameCount == 173)
  }

  @Test func prefersLUFSToRMSAndRMSToThePublishedLoudness() throws {
    var metadata = codecMetadata
    #expect(try open(metadata).loudnessLUFS == -16)
    metadata["kind"] = "LAC"
    #expect(try open(metadata).loudnessLUFS == -24)
    metadata["loudness_dbfs_rms"] = "-20"
    #expect(try open(metadata).loudnessLUFS == -20)
    metadata["loudness_lufs"] = "-18.5"
    #expect(try open(metadata).loudnessLUFS == -18.5)
  }

  @Test func readsDecodedCodecs() throws {
    var metadata = codecMetadata
    #expect(try open(metadata).metadata.decodedCodecs.isEmpty)
    let identity = try open(metadata).identity()
    metadata["decodes"] = "[\"\(String(repeating: "a5", count: 32))\", \"\(String(repeating: "5a", count: 32))\"]"
    let file = try open(metadata)
    #expect(file.metadata.decodedCodecs.map(\.shortHex) == ["a5a5a5a5", "5a5a5a5a"])
    #expect(file.metadata.decodes(codecDigestPrefix: [0x5a, 0x5a, 0x5a]))
    #expect(!file.metadata.decodes(codecDigestPrefix: [0x5a, 0xa5]))
    #expect(try file.identity() == identity)
  }

  @Test(arguments: ["kind", "role", "name", "kwargs"])
  func namesMissingMetadata(key: String) throws {
    var metadata = codecMetadata
    metadata[key] = nil
    #expect(throws: ModelError.missingMetadata(path: path, key: key)) { try open(metadata) }
  }

  @Test(arguments: [
    ("kind", "dac"), ("role", "coarse"), ("role", "Codec"), ("name", ""), ("name", "../x"), ("name", ".x"),
    ("name", "a b"), ("name", "a\u{1b}[31m"), ("name", String(repeating: "n", count: 65)), ("kwargs", "[]"),
    ("kwargs", "{"), ("window_frames", "0"), ("window_frames", "x"), ("window_frames", "65537"),
    ("loudness_lufs", "nan"), ("loudness_lufs", "1"), ("loudness_dbfs_rms", "-1e400"),
    ("licence", String(repeating: "l", count: 4_097)),
    ("decodes", "{}"), ("decodes", "[1]"), ("decodes", "[\"ab\"]"),
    ("decodes", "[\"\(String(repeating: "A", count: 64))\"]"),
    (
      "decodes", "[" + repeatElement("\"\(String(repeating: "a", count: 64))\"", count: 65).joined(separator: ",") + "]"
    ),
  ])
  func rejectsMetadata(key: String, value: String) throws {
    var metadata = codecMetadata
    metadata[key] = value
    let fault = #expect(throws: ModelError.self) { try open(metadata) }
    guard case .invalidMetadata(path, key, _, _) = fault else {
      Issue.record("\(String(describing: fault)) does not name \(key)")
      return
    }
    #expect(fault?.description.contains("\u{1b}") == false)
  }

  @Test(arguments: [
    ("encoder_dim", "\"encoder_dim\": 4", "\"encoder_dim\": 0"),
    ("encoder_dim", "\"encoder_dim\": 4", "\"encoder_dim\": 16385"),
    ("encoder_dim", "\"encoder_dim\": 4", "\"encoder_dim\": \"4\""),
    ("encoder_dim", "\"encoder_dim\": 4", "\"encoder_dim\": 1e30"),
    ("encoder_rates", "[2, 3]", "[]"), ("encoder_rates", "[2, 3]", "[2, 0]"), ("encoder_rates", "[2, 3]", "6"),
    ("encoder_rates", "[2, 3]", "[1024, 1024, 1024, 1024, 1024, 1024, 1024]"),
    ("decoder_rates", "[3, 2]", "[3, 3]"),
    // Eight channels cannot be halved five times.
    ("decoder_dim", "[3, 2]", "[1, 2, 3, 1, 1]"),
    ("latent_dim", "null", "65537"), ("decoder_dim", "\"decoder_dim\": 8", "\"decoder_dim\": 3"),
    ("n_codebooks", "\"n_codebooks\": 5", "\"n_codebooks\": 65"),
    ("codebook_size", "96", "65537"), ("codebook_dim", "\"codebook_dim\": 8", "\"codebook_dim\": -8"),
    ("sample_rate", "44100", "44100.5"), ("sample_rate", "44100", "999"),
  ])
  func rejectsCodecArgument(key: String, old: String, new: String) throws {
    let fault = try faultReplacing(old, by: new, in: codecMetadata)
    guard case .invalidMetadata(path, "kwargs.\(key)", _, _) = fault else {
      Issue.record("\(String(describing: fault)) does not name \(key)")
      return
    }
  }

  @Test func namesMissingArgument() throws {
    let fault = try faultReplacing("sample_rate", by: "sampling_rate", in: codecMetadata)
    #expect(fault == .missingMetadata(path: path, key: "kwargs.sample_rate"))
  }

  @Test(arguments: [
    ("n_heads", "\"n_heads\": 2", "\"n_heads\": 0"), ("embedding_dim", "\"n_heads\": 2", "\"n_heads\": 5"),
    ("n_layers", "\"n_layers\": 3", "\"n_layers\": 1025"), ("n_codebooks", "\"n_codebooks\": 5", "\"n_codebooks\": 0"),
    ("n_conditioning_codebooks", "\"n_conditioning_codebooks\": 2", "\"n_conditioning_codebooks\": 5"),
    ("n_conditioning_codebooks", "\"n_conditioning_codebooks\": 2", "\"n_conditioning_codebooks\": 0"),
    ("latent_dim", "\"latent_dim\": 8", "\"latent_dim\": 0"), ("vocab_size", "96", "0"),
    ("r_cond_dim", "\"r_cond_dim\": 0", "\"r_cond_dim\": 1"), ("noise_mode", "\"mask\"", "\"random\""),
    ("ctrl_dims", "\"ctrl_dims\": null", "\"ctrl_dims\": {\"rms\": 1}"),
  ])
  func rejectsVampNetArgument(key: String, old: String, new: String) throws {
    let fault = try faultReplacing(old, by: new, in: vampNetMetadata(role: "c2f", codebookCount: 5, given: 2))
    guard case .invalidMetadata(path, "kwargs.\(key)", _, _) = fault else {
      Issue.record("\(String(describing: fault)) does not name \(key)")
      return
    }
  }
}
