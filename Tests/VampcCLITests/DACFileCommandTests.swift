import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// `.dac` files on the command line.
@Suite struct DACFileCommandTests {
  private static let models = ["VAMPC_MODELS": Fixtures.folder + "/dac-files/models"]

  @Test func decodesTheFileOfTheTool() throws {
    let place = try Workplace()
    try place.take("dac-files/valid/padded-stereo-22050.dac", as: "a.dac")
    let decoded = try place.vampc("decode", "a.dac", environment: Self.models)
    decoded.expectSuccess()
    #expect(decoded.text.contains("3 codebooks of tiny"), "\(decoded)")
    #expect(try place.audio("a.wav") == AudioSize(sampleCount: 2_425, sampleRateHz: 22_050, channelCount: 2))
    #expect(try place.names() == ["a.dac", "a.wav"])
    let asked = try place.vampc("decode", "-f", "--seed", "3", "--steps", "9", "a.dac", environment: Self.models)
    #expect(asked.status == 0)
    #expect(
      asked.errorLines == [
        "vampc: warning: a.dac: a .dac file has no masked tokens to generate; ignoring --steps, --seed"
      ])
  }

  @Test func encodesAFileThatItDecodesAgain() throws {
    let place = try Workplace()
    try place.take("dac-files/valid/windows-stereo-44100.wav", as: "a.wav")
    let encoded = try place.vampc(
      "encode", "--format", "dac", "--model", "tiny", "--channels", "keep", "--window", "0.2", "-k", "2", "a.wav",
      environment: Self.models)
    encoded.expectSuccess()
    #expect(encoded.text.contains("2 of 3 codebooks, 2 channels; in 2 windows without padding"), "\(encoded)")
    try place.vampc("decode", "-f", "a.dac", environment: Self.models).expectSuccess()
    #expect(try place.audio("a.wav") == AudioSize(sampleCount: 13_230, sampleRateHz: 44_100, channelCount: 2))
  }

  @Test func decodesAPartAsItIsInTheWhole() throws {
    let place = try Workplace()
    try place.take("dac-files/valid/padded-stereo-22050.dac", as: "a.dac")
    let options = ["--bits", "float", "a.dac"]
    try place.start(["decode", "-o", "whole.wav"] + options, environment: Self.models).wait().expectSuccess()
    try place.start(
      ["decode", "-o", "part.wav", "--from", "0.02", "--to", "0.07"] + options, environment: Self.models
    ).wait().expectSuccess()
    let whole = try AudioReader(path: place.path("whole.wav")).readAll()
    #expect(try AudioReader(path: place.path("part.wav")).readAll() == whole.slice(441..<1_544))
    try place.start(["decode", "-o", "none.wav", "--from", "1"] + options, environment: Self.models).wait().expectError(
      64, "a.dac: nothing to decode there: it ends after 0.1")
  }

  @Test func goesThroughPipes() throws {
    let place = try Workplace()
    try place.take("dac-files/valid/padded-mono.wav", as: "a.wav")
    let result = try place.shell(
      """
      export VAMPC_MODELS='\(Self.models["VAMPC_MODELS"] ?? "")'
      cat a.wav | "$VAMPC" encode --format dac --model tiny - | "$VAMPC" decode - > b.wav
      """)
    #expect(result.status == 0, "\(result)")
    #expect(try place.audio("b.wav").sampleCount == 1_975)
  }

  @Test func hostileFilesAreErrorsAndExecuteNothing() throws {
    for name in ["calls-os-system", "truncated-pickle", "codes-of-floats", "plain-array"] {
      let place = try Workplace()
      try place.take("dac-files/invalid/\(name).dac", as: "a.dac")
      try place.vampc("decode", "a.dac", environment: Self.models).expectError(65, "a.dac: ")
      #expect(try place.names() == ["a.dac"])
    }
  }

  @Test func asksForTheModelThatItCannotTell() throws {
    let place = try Workplace()
    try place.take("dac-files/valid/padded-mono.dac", as: "a.dac")
    try place.vampc("decode", "a.dac").expectError(
      1, "a.dac: no installed model is the codec for this .dac file (\(Fixtures.defaultModel): the codes decode to ")
    try place.vampc("decode", "--model", "odd", "a.dac", environment: Self.models).expectError(
      1, "a.dac: odd is not the codec for this .dac file: it has 2 codebooks, the file 3")
    #expect(try place.names() == ["a.dac"])
  }

  @Test(arguments: [
    ["-b", "2k"], ["-p", "2"], ["--latency", "1"], ["--loudness", "codec"], ["--level", "codec"], ["--window", "0"],
    ["--window", "x"],
    ["-k", "0"],
  ])
  func refusesOptionsThatDoNotFit(options: [String]) throws {
    let place = try Workplace()
    let result = try place.start(["encode", "--format", "dac", "--model", "tiny"] + options + ["a.wav"]).wait()
    #expect(result.status == 64, "\(result)")
    #expect(try place.vampc("encode", "--window", "2", "a.wav").status == 64)
  }
}
