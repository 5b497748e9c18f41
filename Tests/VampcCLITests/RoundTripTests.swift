import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// Encoding and decoding of files with the default model.
@Suite struct RoundTripTests {
  static let rates = ["8k", "2k", "500", "50"]

  @Test(arguments: rates)
  func speechComesBackWithItsExactLength(rate: String) throws {
    let place = try Workplace()
    try place.take("audio/speech.flac")
    let encoded = try place.vampc("encode", "-b", rate, "speech.flac")
    encoded.expectSuccess()
    #expect(encoded.text.contains("real rate"), "\(encoded)")
    try place.vampc("test", "speech.vampc").expectSuccess()
    let decoded = try place.vampc("decode", "speech.vampc")
    decoded.expectSuccess()
    #expect(try place.audio("speech.wav") == AudioSize(sampleCount: 197_721, sampleRateHz: 22_050, channelCount: 1))
    #expect(try place.names() == ["speech.flac", "speech.vampc", "speech.wav"])
  }

  @Test(arguments: rates)
  func infoCountsEveryByte(rate: String) throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc", "-b", rate)
    let info = try place.info("a.vampc")
    let byteCount = try place.bytes("a.vampc").count
    #expect(try info.int("bytes") == byteCount)
    #expect(try info.int("sample_count") == 197_721)
    let seconds = 197_721 / 22_050.0
    let real = try info.double("real_rate_bps")
    #expect(abs(real - Double(byteCount) * 8 / seconds) < 0.001)
    let parts = ["payload_bytes", "header_bytes", "framing_bytes", "trailer_bytes", "tag_bytes", "damaged_bytes"]
    #expect(try parts.reduce(0) { try $0 + info.int($1) } == byteCount)
    let wishes: [String: Double] = ["8k": 8_000, "2k": 2_000, "500": 500, "50": 50]
    let wish = try #require(wishes[rate])
    let tokenRate = try info.double("token_rate_bps")
    #expect(tokenRate <= 1.01 * wish)
    let codebooks = try info.int("codebooks")
    let period = try info.int("period")
    #expect(abs(tokenRate - Double(codebooks) * 10 * 44_100 / 768 / Double(period)) < 0.001)
    // Every frame counts: the last period may be cut short.
    let kept = try info.double("kept_share")
    #expect(abs(kept - Double(codebooks) / 14 / Double(period)) < 0.002)
    let masked = try info.double("masked_share")
    #expect(abs(masked + kept - 1) < 2e-6)
    #expect(try info.double("imagined_share") == masked)
    #expect(try info.string("model") == Fixtures.defaultModel)
    #expect(try info.bool("generator_found") == true)
  }

  @Test(
    arguments: [
      ("empty", 0, 44_100, 1), ("one-sample", 1, 44_100, 1), ("one-hop-minus-1", 767, 44_100, 1),
      ("one-hop", 768, 44_100, 1), ("one-hop-plus-1", 769, 44_100, 1), ("silence", 22_050, 44_100, 1),
      ("dc", 22_050, 44_100, 1), ("full-scale-noise", 11_025, 44_100, 2), ("mono-8khz", 8_000, 8_000, 1),
      ("six-channels-96khz", 9_600, 96_000, 6), ("unknown-length", 1_536, 44_100, 2),
    ], ["8k", "50"])
  func edgeCasesComeBackWithTheirExactLength(clip: (String, Int, Int, Int), rate: String) throws {
    let (name, sampleCount, sampleRateHz, channelCount) = clip
    let place = try Workplace()
    try place.take("audio/edge/\(name).wav")
    try place.vampc("encode", "-b", rate, "\(name).wav").expectSuccess()
    let info = try place.info("\(name).vampc")
    #expect(try info.int("sample_count") == sampleCount)
    #expect(try info.int("source_channels") == channelCount)
    try place.vampc("decode", "-q", "-o", "out.wav", "\(name).vampc").expectSuccess()
    #expect(
      try place.audio("out.wav")
        == AudioSize(sampleCount: sampleCount, sampleRateHz: sampleRateHz, channelCount: 1))
  }

  @Test func notANumberIsWorthAWarning() throws {
    let place = try Workplace()
    try place.take("audio/edge/nan-inf-float.wav", as: "a.wav")
    let encoded = try place.vampc("encode", "a.wav")
    #expect(encoded.status == 0)
    #expect(encoded.errorLines.count == 1)
    #expect(encoded.errors.hasPrefix("vampc: warning: a.wav: 3 samples are not finite"), "\(encoded)")
    #expect(try place.vampc("decode", "-q", "-o", "b.wav", "a.vampc").status == 0)
    #expect(try place.audio("b.wav").sampleCount == 3_072)
  }

  @Test(arguments: [["encode"], ["encode", "--format", "dac", "--model", "vampc-default-3"]])
  func oppositeChannelsAreWorthAWarning(command: [String]) throws {
    let place = try Workplace()
    let tone = (0..<22_050).map { Float(0.3 * sin(Double($0) * 0.1)) }
    try AudioWriter.write(
      AudioBuffer(channels: [tone, tone.map { -$0 }], sampleRateHz: 44_100), asFloatWAV: place.path("a.wav"))
    let encoded = try place.start(command + ["-o", "a.out", "a.wav"]).wait()
    #expect(encoded.status == 0)
    #expect(
      encoded.errorLines == [
        "vampc: warning: a.wav: the mono mix is silent, its channels are not; --channels keep codes each channel"
      ], "\(encoded)")
    let kept = try place.start(command + ["--channels", "keep", "-f", "-o", "a.out", "a.wav"]).wait()
    kept.expectSuccess()
  }

  /// The limiter acts on a signal at full scale, which is no warning.
  @Test func theLimiterIsToldWhenAsked() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    let told = try place.vampc("decode", "-v", "a.vampc")
    #expect(told.status == 0)
    #expect(told.errors.contains("vampc: a.vampc: ") && told.errors.contains(" by the limiter"), "\(told)")
  }

  @Test func keepsEveryChannelWhenAsked() throws {
    let place = try Workplace()
    try place.encode("audio/edge/six-channels-96khz.wav", as: "a.vampc", "--channels", "keep", "-k", "2", "-p", "3")
    let info = try place.info("a.vampc")
    #expect(try info.int("coded_channels") == 6)
    #expect(try info.int("codebooks") == 2)
    #expect(try info.int("period") == 3)
    try place.vampc("decode", "-q", "a.vampc").expectSuccess()
    #expect(try place.audio("a.wav") == AudioSize(sampleCount: 9_600, sampleRateHz: 96_000, channelCount: 6))
  }

  /// With `--channels keep` the rate is that of all channels together.
  @Test func dividesTheRateAmongChannels() throws {
    let place = try Workplace()
    try place.encode("audio/edge/full-scale-noise.wav", as: "a.vampc", "--channels", "keep", "-b", "16k")
    let info = try place.info("a.vampc")
    #expect(try info.int("codebooks") == 14)
    #expect(try info.double("token_rate_bps") == 2 * 14 * 10 * 44_100 / 768.0)
  }

  @Test(
    arguments: [
      ("out.wav", "16"), ("out.wav", "24"), ("out.wav", "float"), ("out.flac", "16"), ("out.flac", "24"),
      ("out.ogg", "16"), ("out.aiff", "16"),
    ])
  func writesWhatTheNameSays(output: String, bits: String) throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    try place.vampc("decode", "--bits", bits, "-o", output, "a.vampc").expectSuccess()
    #expect(try place.audio(output) == AudioSize(sampleCount: 8_000, sampleRateHz: 8_000, channelCount: 1))
    let format = try AudioReader(path: place.path(output)).formatDescription.lowercased()
    let word = output.hasSuffix("ogg") ? "vorbis" : bits == "float" ? "f32" : bits
    #expect(format.contains(word), "\(format)")
  }

  @Test func tagsAreCarried() throws {
    let place = try Workplace()
    try place.encode("audio/tone.mp3", as: "a.vampc")
    #expect(try !place.info("a.vampc").strings("tags").isEmpty)
    try place.vampc("decode", "-q", "-o", "a.flac", "a.vampc").expectSuccess()
    let tags = try AudioReader(path: place.path("a.flac")).tags
    #expect(tags.contains(AudioTag(name: "TITLE", value: "Two tönes")), "\(tags)")
    #expect(tags.contains(AudioTag(name: "ARTIST", value: "vampc")), "\(tags)")
  }

  @Test func tagsAreReplacedAddedAndRemoved() throws {
    let place = try Workplace()
    func tags(_ options: String...) throws -> [String] {
      let encoded = try place.start(
        ["encode", "-q", "-f", "-o", "a.vampc"] + options + [Fixtures.path("audio/tone.opus")]
      ).wait()
      encoded.expectSuccess()
      return try place.info("a.vampc").strings("tags")
    }
    #expect(try tags() == ["TITLE=Two tönes", "ARTIST=vampc", "MOOD=steady"])
    #expect(
      try tags("--tag", "artist=A", "--tag", "Artist=B", "--tag", "MOOD=", "--tag", "MY KEY=a=b")
        == ["TITLE=Two tönes", "ARTIST=A", "ARTIST=B", "MY KEY=a=b"])
    #expect(try tags("--no-tags").isEmpty)
    #expect(try tags("--no-tags", "--tag", "TITLE=x") == ["TITLE=x"])
  }

  @Test func tagsThatDoNotFitAreWorthAWarning() throws {
    let place = try Workplace()
    let long = String(repeating: "x", count: 30_000)
    let encoded = try place.start(
      ["encode", "-q", "-o", "a.vampc", "--tag", "A=" + long, "--tag", "B=" + long, "--tag", "C=" + long]
        + [Fixtures.path("audio/edge/one-hop.wav")]
    ).wait()
    #expect(encoded.status == 0)
    #expect(encoded.errorLines.count == 1 && encoded.errors.contains("1 tag left out: too long"), "\(encoded)")
    #expect(try place.info("a.vampc").strings("tags").count == 2)
  }

  /// The stream stores the sampler's settings; decoding takes them, or what it is told instead.
  @Test func samplerSettingsAreStoredAndOverridden() throws {
    let place = try Workplace()
    let options = ["--steps", "5", "--temperature", "0.8", "--top-p", "0.9", "--typical-mass", "0.7", "--seed", "99"]
    let encoded = try place.start(
      ["encode", "-k", "1", "-o", "a.vampc", "--fine-steps", "3", "--mask-temperature", "4.5"] + options
        + [Fixtures.path("audio/edge/mono-8khz.wav")]
    ).wait()
    encoded.expectSuccess()
    let info = try place.info("a.vampc")
    #expect(try info.int("steps") == 5)
    #expect(try info.int("fine_steps") == 3)
    #expect(try info.double("temperature") == 0.8)
    #expect(try info.double("mask_temperature") == 4.5)
    #expect(try info.double("top_p") == 0.9)
    #expect(try info.double("typical_mass") == 0.7)
    #expect(try info.int("seed") == 99)
    for (name, options) in [("same", []), ("again", ["--seed", "99", "--steps", "5"]), ("other", ["--seed", "98"])] {
      try place.start(["decode", "-o", name + ".wav"] + options + ["a.vampc"]).wait().expectSuccess()
    }
    #expect(try place.bytes("same.wav") == place.bytes("again.wav"))
    #expect(try place.bytes("same.wav") != place.bytes("other.wav"))
  }

  @Test func threadsDoNotChangeTheResult() throws {
    let place = try Workplace()
    for threads in ["1", "2", "3"] {
      try place.encode("audio/edge/mono-8khz.wav", as: "\(threads).vampc", "-k", "1", "-T", threads)
      try place.vampc("decode", "-T", threads, "\(threads).vampc").expectSuccess()
      #expect(try place.bytes("\(threads).vampc") == place.bytes("1.vampc"))
      #expect(try place.bytes("\(threads).wav") == place.bytes("1.wav"))
    }
  }

  @Test func fillsDiffer() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc", "-k", "1", "-p", "4")
    for fill in ["generate", "none", "random"] {
      try place.vampc("decode", "--fill", fill, "-o", fill + ".wav", "a.vampc").expectSuccess()
    }
    try place.vampc("decode", "--no-generate", "-o", "bridged.wav", "a.vampc").expectSuccess()
    #expect(try place.bytes("bridged.wav") == place.bytes("none.wav"))
    #expect(try place.bytes("generate.wav") != place.bytes("none.wav"))
    #expect(try place.bytes("random.wav") != place.bytes("none.wav"))
    #expect(try place.bytes("random.wav") != place.bytes("generate.wav"))
  }

  @Test(
    arguments: [
      ("8k", 14, 1), ("8kbps", 14, 1), ("8000", 14, 1), ("8 kbit/s", 14, 1), ("4.02k", 7, 1), ("0.575k", 1, 1),
    ])
  func understandsRates(text: String, codebooks: Int, period: Int) throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc", "-b", text)
    let info = try place.info("a.vampc")
    #expect(try info.int("codebooks") == codebooks)
    #expect(try info.int("period") == period)
  }

  /// `-p` alone keeps all codebooks, `-k` alone every frame.
  @Test func eitherOfCodebooksAndPeriodWillDo() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "p.vampc", "-p", "3")
    #expect(try place.info("p.vampc").int("codebooks") == 14)
    #expect(try place.info("p.vampc").int("period") == 3)
    try place.encode("audio/edge/one-hop.wav", as: "k.vampc", "-k", "3")
    #expect(try place.info("k.vampc").int("codebooks") == 3)
    #expect(try place.info("k.vampc").int("period") == 1)
  }
}
