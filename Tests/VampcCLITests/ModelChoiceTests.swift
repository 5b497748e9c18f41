import Foundation
import ReferenceCases
import Testing

/// Streams and the models that made them.
@Suite struct ModelChoiceTests {
  /// A copy of the default model in which one weight of a file differs a little, so that it is another model.
  private func makeSibling(_ place: Workplace, changing file: String) throws {
    let folder = place.path("models/sibling")
    try FileManager.default.createDirectory(atPath: place.path("models"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Fixtures.repositoryFolder + "/models/" + Fixtures.defaultModel, toPath: folder)
    var bytes = try place.bytes("models/sibling/" + file)
    // The lowest byte of the last weight's mantissa.
    bytes[bytes.count - 2] ^= 1
    try place.write(bytes, to: "models/sibling/" + file)
  }

  @Test func anotherCodecIsRefusedWithBothNames() throws {
    let place = try Workplace()
    try makeSibling(place, changing: "codec.safetensors")
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    let hash = try place.info("a.vampc").string("codec_hash")
    let refused = try place.vampc("decode", "--model", "models/sibling", "a.vampc")
    refused.expectError(1, "a.vampc: ", hash, Fixtures.defaultModel, "--force-model")
    #expect(!place.exists("a.wav"))
    try place.vampc("decode", "--model", "models/sibling", "--force-model", "a.vampc").expectSuccess()
    #expect(try place.audio("a.wav").sampleCount == 8_000)
  }

  @Test func aCodecOfAnotherShapeIsRefusedEvenIfForced() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    let other = try ReferenceCase(folder: Fixtures.path("reference/dac")).weightsPath()
    try place.vampc("decode", "--model", other, "a.vampc").expectError(1, "a.vampc: ", "reference-dac")
    try place.vampc("decode", "--model", other, "--force-model", "a.vampc").expectError(
      1, "do not fit", "reference-dac")
    #expect(try place.names() == ["a.vampc"])
  }

  /// A stream finds the model that made it by its hash, whatever the default is.
  @Test func aStreamFindsItsModel() throws {
    let place = try Workplace()
    try makeSibling(place, changing: "codec.safetensors")
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc", "--model", "models/sibling")
    try place.vampc("decode", "a.vampc").expectError(1, "a.vampc: no codec ")
    let info = try place.vampc("info", "a.vampc")
    #expect(info.text.contains("(not found)"), "\(info)")
    try place.vampc("decode", "a.vampc", environment: ["VAMPC_MODELS": place.path("models")]).expectSuccess()
    #expect(try place.audio("a.wav").sampleCount == 8_000)
  }

  /// Streams of all models that ever came with vampc: their codecs are there, or the model of today reads their codes.
  @Test(arguments: [
    ("vampc-default-1", Fixtures.defaultModel), ("vampc-default-2", Fixtures.defaultModel),
    ("vampc-large-0", "vampc-large-1"),
  ])
  func streamsOfShippedModelsStayDecodable(model: String, decoder: String) throws {
    let place = try Workplace()
    try place.take("shipped/\(model).vampc", as: "a.vampc")
    #expect(try place.info("a.vampc").string("model") == decoder)
    for options in [[], ["--model", decoder]] {
      let decoded = try place.start(["decode", "-f"] + options + ["a.vampc"]).wait()
      #expect(decoded.status == 0, "\(decoded)")
      #expect(try place.audio("a.wav").sampleCount == 8_000)
    }
    try place.vampc("decode", "-f", "--no-generate", "a.vampc").expectSuccess()
  }

  @Test func anotherGeneratorIsAWarning() throws {
    let place = try Workplace()
    try makeSibling(place, changing: "c2f.safetensors")
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc", "-k", "4")
    let decoded = try place.vampc("decode", "--model", "models/sibling", "a.vampc")
    #expect(decoded.status == 0)
    #expect(decoded.errorLines.count == 1, "\(decoded)")
    #expect(decoded.errors.hasPrefix("vampc: warning: a.vampc: made with generator "), "\(decoded)")
    // Without tokens to generate, the generator does not matter.
    try place.encode("audio/edge/mono-8khz.wav", as: "b.vampc")
    try place.vampc("decode", "--model", "models/sibling", "b.vampc").expectSuccess()
  }

  @Test func aModelThatIsOnlyACodecDecodesWhatIsKept() throws {
    let place = try Workplace()
    let codec = try ReferenceCase(folder: Fixtures.path("reference/dac")).weightsPath()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc", "--model", codec, "-k", "2", "-p", "2")
    #expect(try place.info("a.vampc").isNull("generator_hash"))
    let decoded = try place.vampc("decode", "--model", codec, "a.vampc")
    #expect(decoded.status == 0)
    #expect(decoded.errors.contains("reference-dac has only a codec"), "\(decoded)")
    #expect(try place.audio("a.wav").sampleCount == 8_000)
  }

  /// A model with three bytes for a codec.
  @Test(
    arguments: [
      ["encode", "--model", "m/", "a.wav"], ["decode", "--model", "m/", "a.vampc"], ["model", "info", "m/"],
      ["model", "verify", "m/"], ["sweep", "clips", "-o", "r", "--model", "m/"],
      ["measure", "--frechet", "dac:m/", "clips", "clips"], ["archive", "append", "--model", "m/", "a.vampa", "a.wav"],
    ])
  func aDamagedModelEndsEveryCommandWithTheSameStatus(arguments: [String]) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    try place.write(place.bytes("a.wav"), to: "clips/a.wav")
    try place.write([1, 2, 3], to: "m/codec.safetensors")
    try place.start(arguments).wait().expectError(65, "codec.safetensors: ", "3 bytes")
    #expect(try place.names().sorted() == ["a.vampc", "a.wav", "clips", "clips/a.wav", "m", "m/codec.safetensors"])
  }

  /// A model that opens, and whose damage is found when its weights are read.
  @Test func damagedWeightsAreBadInput() throws {
    let place = try Workplace()
    try makeSibling(place, changing: "c2f.safetensors")
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc", "-k", "4")
    var bytes = try place.bytes("models/sibling/c2f.safetensors")
    bytes.removeLast(100)
    try place.write(bytes, to: "models/sibling/c2f.safetensors")
    try place.vampc("decode", "--model", "models/sibling", "a.vampc").expectError(65, "sibling/c2f.safetensors: ")
  }
}
