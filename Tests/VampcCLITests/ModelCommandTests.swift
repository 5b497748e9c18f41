import Foundation
import ReferenceCases
import Testing

/// `vampc model`
@Suite struct ModelCommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var home: [String: String] { ["XDG_DATA_HOME": place.path("data")] }

  private func model(_ arguments: String...) throws -> ChildResult {
    try place.start(["model"] + arguments, environment: home).wait()
  }

  private func checkpoint(_ name: String) throws -> String { try Fixtures.path("reference/\(name).pth") }

  @Test func importsListsVerifiesExportsAndRemoves() throws {
    let imported = try model(
      "import", checkpoint("dac/weights"), checkpoint("coarse/weights"), checkpoint("c2f/weights"), "--name", "ref",
      "--licence", "MIT", "--source", "a test")
    imported.expectSuccess()
    #expect(imported.text.contains("DAC codec, 0.19 M parameters"), "\(imported)")
    #expect(imported.text.contains("VampNet c2f"), "\(imported)")
    #expect(
      try place.names().filter { $0.hasSuffix(".safetensors") }
        == ["c2f", "coarse", "codec"].map { "data/vampc/models/ref/\($0).safetensors" })

    let list = try model("list")
    list.expectSuccess()
    #expect(list.text.contains("ref\tDAC+coarse+c2f\t"), "\(list)")
    #expect(list.text.contains(Fixtures.defaultModel), "\(list)")
    let info = try model("info", "ref")
    info.expectSuccess()
    for part in ["44100 Hz, hop 768 samples", "licence     MIT", "source      a test", "575 frames"] {
      #expect(info.text.contains(part), "\(info)")
    }
    #expect(try model("info", "--json", "ref").text.contains("\"codebooks_given\": 3"))
    let verified = try model("verify", "ref")
    verified.expectSuccess()
    #expect(verified.text.contains("intact: SHA-256 as recorded (203 tensors)"), "\(verified)")
    try model("verify").expectSuccess()

    // It encodes and decodes, and the stream finds it.
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    try place.start(["encode", "--model", "ref", "-k", "3", "-q", "a.wav"], environment: home).wait().expectSuccess()
    try place.start(["decode", "-q", "-o", "b.wav", "a.vampc"], environment: home).wait().expectSuccess()
    #expect(try place.audio("b.wav").sampleCount == 8_000)

    try model("export", "ref", "-o", "exported").expectSuccess()
    #expect(
      try place.bytes("exported/codec.safetensors") == place.bytes("data/vampc/models/ref/codec.safetensors"))
    let again = try model("import", "exported/codec.safetensors", "--name", "again")
    again.expectSuccess()

    try model("remove", "ref").expectSuccess()
    #expect(!place.exists("data/vampc/models/ref") && place.exists("data/vampc/models/again"))
    try model("info", "ref").expectError(1, "no model ref")
  }

  @Test func keepsAModelUnlessForced() throws {
    let lac = try checkpoint("lac/weights")
    try model("import", lac, "--name", "mine", "-q").expectSuccess()
    try model("import", lac, "--name", "mine").expectError(1, "models/mine: exists already")
    try model("import", lac, "--name", "mine", "-f", "--store", "f16").expectSuccess()
    #expect(try model("info", "--json", "mine").text.contains("[\"F16\", \"F32\"]"))
    // An import that fails leaves what was there.
    let size = try place.bytes("data/vampc/models/mine/codec.safetensors").count
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: lac)))
    bytes[bytes.count / 2] ^= 1
    try place.write(bytes, to: "damaged.pth")
    let damaged = try model("import", "damaged.pth", "--name", "mine", "-f")
    damaged.expectError(65, "damaged.pth", "CRC-32")
    #expect(try place.bytes("data/vampc/models/mine/codec.safetensors").count == size)
    #expect(try place.names().allSatisfy { !$0.contains(".partial") })
  }

  @Test func removesOnlyTheUsersModels() throws {
    try model("remove", Fixtures.defaultModel).expectError(1, "no model \(Fixtures.defaultModel)")
    try model("remove", "../../x").expectError(1, "not a model name")
    try place.write([1], to: "data/vampc/models/photos/codec.safetensors")
    try place.write([1], to: "data/vampc/models/photos/cat.jpg")
    try model("remove", "photos").expectError(1, "photos: not a model folder: 'cat.jpg'")
    #expect(place.exists("data/vampc/models/photos/cat.jpg"))
  }

  @Test func verificationNoticesDamage() throws {
    try model("import", checkpoint("lac/weights"), "--name", "mine", "-q").expectSuccess()
    let file = "data/vampc/models/mine/codec.safetensors"
    var bytes = try place.bytes(file)
    bytes[bytes.count - 100] ^= 1
    try place.write(bytes, to: file)
    try model("verify", "mine").expectError(65, "codec.safetensors: tensor ", "SHA-256")
  }

  @Test func tellsWhatIsWrongWithFilesAndOptions() throws {
    let dac = try checkpoint("dac/weights")
    let lora = try checkpoint("coarse/lora")
    try model("import", lora).expectError(1, "a LoRA fine-tune, not a network")
    try model("import", dac, "--lora", lora).expectError(1, "not those of any transformer")
    try model("import", try checkpoint("coarse/weights")).expectError(1, "no codec among ")
    try model("import", dac, "--store", "f8").expectError(64, "--store takes f32, f16 or bf16")
    try model("import").expectError(64, "missing expected argument")
    try model("import", "nowhere.pth").expectError(1, "nowhere.pth: cannot open")
    try place.write(Array("{}".utf8), to: "x.pth")
    try model("import", "x.pth").expectError(65, "x.pth: neither a PyTorch checkpoint nor safetensors")
    try model("import", dac, "--name", ".x").expectError(1, "'.x' is not a model name")
    try model("frobnicate").expectError(64, "frobnicate")
    #expect(try place.names() == ["x.pth"])
  }
}
