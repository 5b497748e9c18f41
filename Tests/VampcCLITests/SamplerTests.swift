import Testing

/// Samplers and filters of decode and vamp.
@Suite struct SamplerTests {
  private static let magnet = ["--sampler", "magnet", "--level-steps", "2,1", "--fine-steps", "1"]

  /// Each group of options gives other sound than the default, and the same sound with other threads.
  @Test(arguments: [
    magnet, magnet + ["--span", "1", "--context-frames", "all"], magnet + ["--span-arrangement", "stride1"],
    magnet + ["--span-scoring", "prod", "--top-p", "1", "--temperature", "0.505"],
    ["--sampler", "vampnet", "--steps", "2"], ["--sampler", "vampnet-random", "--steps", "2"],
    ["--top-k", "3", "--steps", "2"], ["--typical-mass", "0.2", "--typical-minimum", "4", "--steps", "2"],
    ["--sample-cutoff", "0", "--steps", "2"], ["--sequential", "0.1", "--steps", "2"],
    ["--rescore", "vampc-default-3", "--rescore-weight", "0.25", "--steps", "2", "--temperature", "0.7"],
  ])
  func samplersGiveOtherSound(options: [String]) throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    try place.vampc("encode", "-q", "-k", "1", "-p", "4", "--loudness", "codec", "a.flac").expectSuccess()
    func decode(_ options: [String], as name: String) throws -> [UInt8] {
      try place.start(["decode", "-q", "--to", "1.5", "a.vampc", "-o", name] + options).wait().expectSuccess()
      return try place.bytes(name)
    }
    let plain = try decode(["--steps", "2"], as: "plain.wav")
    let found = try decode(options + ["-T", "1"], as: "one.wav")
    #expect(found != plain)
    #expect(found == (try decode(options + ["-T", "3"], as: "three.wav")))
  }

  /// Temperatures are taken as they are: a thousandth changes sound that was rounded before.
  @Test func temperaturesAreNotRounded() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    try place.vampc("encode", "-q", "-k", "1", "-p", "12", "--loudness", "codec", "a.flac").expectSuccess()
    func decode(_ temperature: String, as name: String) throws -> [UInt8] {
      try place.vampc(
        "decode", "-q", "--steps", "2", "--to", "2", "--temperature", temperature, "a.vampc", "-o", name
      ).expectSuccess()
      return try place.bytes(name)
    }
    #expect(try decode("1.004", as: "x.wav") != decode("1", as: "y.wav"))
  }

  @Test func rescoringNeedsTheSameCodebooks() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.vampc("encode", "-q", "-k", "1", "a.wav").expectSuccess()
    let result = try place.start(["decode", "a.vampc", "--rescore", "vampc-large-1", "-o", "b.wav"]).wait()
    result.expectError(64)
    #expect(result.errors.contains("its codec has other codebooks than that of vampc-default-3"), "\(result)")
  }

  @Test func vampTakesTheSampler() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    try place.vampc("vamp", "-q", "a.flac", "-o", "plain.wav", "--preview").expectSuccess()
    try place.vampc("vamp", "-q", "a.flac", "-o", "spans.wav", "--preview", "--sampler", "magnet").expectSuccess()
    #expect(try place.bytes("plain.wav") != (try place.bytes("spans.wav")))
    #expect(try place.audio("plain.wav") == (try place.audio("spans.wav")))
  }
}
