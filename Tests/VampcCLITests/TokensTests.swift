import Foundation
import NumPy
import ReferenceCases
import Testing

/// `vampc tokens` through the binary.
@Suite struct TokensTests {
  /// Fixtures with one stream that a `StreamEncoder` wrote.
  static let encoded = [
    "all-codebooks", "channel-silence", "deflated", "everything-spelled-out", "lost-blocks", "mask-beats",
    "mask-prefix-suffix", "mask-tokens", "no-blocks", "planes", "sparse", "started-at-once", "stereo-block-gains",
    "tags", "worked-example",
  ]
  /// Fixtures made by hand, which an encoder would code in other records or with other keep masks.
  static let handmade = [
    "ignored-records", "lost-block-with-mask", "mask-overlapping-terms", "silence",
    "silence-records-that-do-not-count", "channel-silence-records-that-do-not-count",
  ]

  static let hasNumPy = (try? Workplace().shell("python3 -c 'import numpy'").status) == 0

  private func takeContainer(_ name: String, _ place: Workplace) throws {
    try place.take("containers/valid/\(name).vampc", as: "a.vampc")
  }

  private func array(_ place: Workplace, _ name: String = "a.npy") throws -> NumPyFile {
    try NumPyFile(try place.bytes(name))
  }

  private func token(_ array: NumPyFile, _ index: Int) -> Int32 {
    Int32(truncatingIfNeeded: array.bitPattern(at: index))
  }

  /// Changes a file of text.
  private func edit(_ name: String, _ place: Workplace, _ pairs: (String, String)...) throws {
    var text = String(decoding: try place.bytes(name), as: UTF8.self)
    for (old, new) in pairs {
      try #require(text.contains(old), "\(old) in \(text)")
      text = text.replacing(old, with: new)
    }
    try place.write(Array(text.utf8), to: name)
  }

  @Test func everyFixtureWithOneStreamIsTested() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("containers/valid"))
      .filter { $0.hasSuffix(".vampc") }.map { String($0.dropLast(6)) }
    #expect(Set(names) == Set(Self.encoded + Self.handmade + ["concatenated"]))
  }

  @Test(arguments: encoded)
  func aRoundTripGivesTheSameBytes(name: String) throws {
    let place = try Workplace()
    try takeContainer(name, place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    try place.vampc("tokens", "-q", "--from-tokens", "-o", "b.vampc", "a.npy").expectSuccess()
    #expect(try place.bytes("b.vampc") == (try place.bytes("a.vampc")))
    #expect(try place.names() == ["a.json", "a.npy", "a.vampc", "b.vampc"])
  }

  @Test(arguments: handmade)
  func aRoundTripOfOtherWritersKeepsAllTokens(name: String) throws {
    let place = try Workplace()
    try takeContainer(name, place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    try place.vampc("tokens", "-q", "--from-tokens", "-o", "b.vampc", "a.npy").expectSuccess()
    try place.vampc("tokens", "-q", "b.vampc").expectSuccess()
    #expect(try place.bytes("b.npy") == (try place.bytes("a.npy")))
    #expect(try place.bytes("b.json") == (try place.bytes("a.json")))
  }

  @Test(.enabled(if: hasNumPy, "python3 has no NumPy"), arguments: encoded + handmade)
  func agreesWithThePythonPackage(name: String) throws {
    let place = try Workplace()
    try takeContainer(name, place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    let script = """
      import json, numpy, vampc
      stream = vampc.read("a.vampc").stream
      array = numpy.load("a.npy")
      assert array.dtype == numpy.int32 and array.dtype.isnative, array.dtype
      numpy.testing.assert_array_equal(array, stream.to_array())
      assert array.shape == stream.to_array().shape, array.shape
      header, expected = json.load(open("a.json")), stream.token_header()
      assert header == expected, (header, expected)
      assert list(header) == list(expected), (list(header), list(expected))
      numpy.save("b.npy", stream.to_array())
      json.dump(expected, open("b.json", "w"))
      """
    try place.write(Array(script.utf8), to: "compare.py")
    try place.shell("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='\(Fixtures.repositoryFolder)/python' python3 compare.py")
      .expectSuccess()
    try place.vampc("tokens", "-q", "--from-tokens", "-o", "b.vampc", "b.npy").expectSuccess()
    try place.vampc("tokens", "-q", "--from-tokens", "-o", "c.vampc", "a.npy").expectSuccess()
    #expect(try place.bytes("b.vampc") == (try place.bytes("c.vampc")))
  }

  @Test func maskedTokensAreMinusOne() throws {
    let place = try Workplace()
    try takeContainer("worked-example", place)
    let result = try place.vampc("tokens", "a.vampc")
    result.expectSuccess()
    #expect(result.text == "a.vampc -> a.npy: 1 channel, 14 codebooks, 6 frames; 6 tokens kept; header: a.json\n")
    let array = try array(place)
    #expect(array.header.type == "<i4" && !array.header.isFortranOrder)
    #expect(array.shape == [1, 14, 6])
    #expect((0..<6).map { token(array, $0) } == [0x155, -1, 0x0F0, -1, 0x3FF, -1])
    #expect((6..<12).map { token(array, $0) } == [0x001, -1, 0x200, -1, 0x123, -1])
    #expect((12..<84).allSatisfy { token(array, $0) == -1 })
  }

  @Test func channelsAndExcerptsHaveTheirShape() throws {
    let place = try Workplace()
    try takeContainer("mask-beats", place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    #expect(try array(place).shape == [2, 14, 90])
    let header = String(decoding: try place.bytes("a.json"), as: UTF8.self)
    #expect(header.contains("\"first_frame\": 100,") && header.contains("\"gain_mode\": \"block\","), "\(header)")
  }

  @Test func worksInPipes() throws {
    let place = try Workplace()
    try takeContainer("tags", place)
    let script =
      "$VAMPC tokens -q --header h.json - < a.vampc | $VAMPC tokens -q --from-tokens --header h.json - > b.vampc"
    try place.shell(script).expectSuccess()
    #expect(try place.bytes("b.vampc") == (try place.bytes("a.vampc")))
    let result = try place.vampc("tokens", "--header", "-", "-o", "c.npy", "a.vampc")
    #expect(result.status == 0 && result.errors.contains("header: standard output"), "\(result)")
    try place.write([UInt8](result.output), to: "c.json")
    try place.shell("$VAMPC tokens -q --from-tokens --header - -o c.vampc c.npy < c.json").expectSuccess()
    #expect(try place.bytes("c.vampc") == (try place.bytes("a.vampc")))
  }

  @Test func oneStreamOfSeveralIsPicked() throws {
    let place = try Workplace()
    try takeContainer("concatenated", place)
    let result = try place.vampc("tokens", "a.vampc")
    result.expectError(64, "a.vampc: the file has 3 streams")
    #expect(result.errors.contains("--stream 1 to --stream 3"), "\(result)")
    try place.vampc("tokens", "--stream", "4", "a.vampc").expectError(64, "no stream 4: the file has 3 streams")
    try place.shell("for i in 1 2 3; do $VAMPC tokens -q --stream $i -o $i.npy a.vampc; done").expectSuccess()
    try place.shell("$VAMPC tokens -q --from-tokens -o - 1.npy 2.npy 3.npy > b.vampc").expectSuccess()
    #expect(try place.bytes("b.vampc") == (try place.bytes("a.vampc")))
  }

  @Test func damageIsRefused() throws {
    let place = try Workplace()
    try takeContainer("tags", place)
    try place.write(try place.bytes("a.vampc").dropLast(), to: "cut.vampc")
    try place.vampc("tokens", "cut.vampc").expectError(65, "cut.vampc: ")
    try place.write(Array("no stream".utf8), to: "b.vampc")
    try place.vampc("tokens", "b.vampc").expectError(65, "b.vampc: no vampc record begins here")
    try place.vampc("tokens", "missing.vampc").expectError(1, "missing.vampc: ")
    #expect(try place.names() == ["a.vampc", "b.vampc", "cut.vampc"])
  }

  @Test func wrongUsageIsTold() throws {
    let place = try Workplace()
    try takeContainer("tags", place)
    try place.vampc("tokens", "-o", "-", "a.vampc").expectError(64, "needs --header")
    try place.vampc("tokens", "-o", "-", "--header", "-", "a.vampc").expectError(64, "cannot both be -")
    try place.vampc("tokens", "--from-tokens", "-").expectError(64, "needs --header")
    try place.vampc("tokens", "--from-tokens", "--stream", "1", "a.npy").expectError(64, "--stream")
    try place.vampc("tokens", "--stream", "0", "a.vampc").expectError(64, "--stream")
    try place.vampc("tokens", "--header", "h.json", "a.vampc", "a.vampc").expectError(64, "--header")
    try place.vampc("tokens").expectError(64, "missing expected argument")
    try place.write([], to: "a.json")
    try place.vampc("tokens", "a.vampc").expectError(1, "a.json: exists already")
    #expect(try place.names() == ["a.json", "a.vampc"])
  }

  @Test func anotherTypeOrShapeIsRefused() throws {
    let place = try Workplace()
    try takeContainer("worked-example", place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    func expectError(_ bytes: [UInt8], _ reason: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      try place.write(bytes, to: "b.npy")
      try place.vampc("tokens", "--from-tokens", "--header", "a.json", "-o", "b.vampc", "b.npy")
        .expectError(65, "b.npy: ", reason, sourceLocation: sourceLocation)
      #expect(!place.exists("b.vampc"))
    }
    func zeros(_ type: String, _ shape: [Int], byteCount: Int) -> [UInt8] {
      NumPyHeader.bytes(type: type, shape: shape)
        + [UInt8](repeating: 0, count: shape.reduce(1, *) * byteCount)
    }
    try expectError(zeros("<i8", [1, 14, 6], byteCount: 8), "type '<i8', not int32")
    try expectError(zeros("<f4", [1, 14, 6], byteCount: 4), "type '<f4', not int32")
    try expectError(zeros("<i4", [14, 6], byteCount: 4), "shape [14, 6], not [channels, codebooks, frames]")
    try expectError(zeros("<i4", [1, 14, 7], byteCount: 4), "shape [1, 14, 7], its header a.json says [1, 14, 6]")
    try expectError(zeros("<i4", [1, 14, 6], byteCount: 4), "token [0, 0, 1] is kept")
    try expectError(Array(try place.bytes("a.npy").dropLast()), "bytes of data")
    try expectError(Array("nothing".utf8), "not a NumPy file")
    var bytes = try place.bytes("a.npy")
    let start = bytes.count - 4 * 84
    bytes.replaceSubrange(start..<start + 4, with: [0, 4, 0, 0])
    try expectError(bytes, "token [0, 0, 0] is 1024, allowed are -1 to 1023")
    bytes.replaceSubrange(start..<start + 4, with: [255, 255, 255, 255])
    try expectError(bytes, "token [0, 0, 0] is masked (-1)")
    bytes.replaceSubrange(start..<start + 4, with: [1, 0, 0, 0])
    try place.write(bytes, to: "b.npy")
    let changed = try place.vampc("tokens", "--from-tokens", "--header", "a.json", "-o", "b.vampc", "b.npy")
    changed.expectError(65, "a.json: token_hash: is c005afc7, but the array has other tokens")
    #expect(changed.errors.contains("hint: without 'token_hash'"), "\(changed)")
  }

  @Test(
    arguments: [
      ("\"period\": 2", "\"period\": 0", "period: is 0, allowed are 1 to 65535"),
      ("\"period\": 2", "\"period\": 2.5", "period: is not an integer"),
      ("\"period\": 2", "\"period\": \"2\"", "period: is not a number"),
      ("\"period\": 2,", "", "period: is missing"),
      ("\"phase\": 0", "\"phase\": 2", "phase: is 2, allowed are 0 to 1"),
      ("\"version\": 1", "\"version\": 2", "version: is 2, not 1"),
      ("vampc-tokens", "tokens", "format: is 'tokens', not 'vampc-tokens'"),
      ("c0c1c2c3c4c5", "c0c1", "codec_hash: is 'c0c1', not 12 hexadecimal digits"),
      ("60616263", "6061626x", "generator_hash: is '6061626x', not 8 hexadecimal digits"),
      ("\"gain_db\": -3.5,", "\"gain_db\": null,", "gain_db: is null, but gain_mode is 'whole'"),
      ("\"gain_db\": -3.5,", "\"gain_db\": -3.505,", "gain_db: is -3.505, allowed are -327.68 to 327.67"),
      ("\"whole\"", "\"all\"", "gain_mode: is 'all', not 'whole' or 'block'"),
      ("\"top_p\": 1", "\"top_p\": 0", "sampler.top_p: is 0.0, allowed are 0.01 to 1.00"),
      ("\"steps\": 24", "\"steps\": 0", "sampler.steps: is 0, allowed are 1 to 255"),
      ("\"lost\": false", "\"lost\": true", "b.npy: the block at frame 0 is lost"),
      ("\"lost\": false", "\"lost\": null", "blocks[0].lost: is not true or false"),
      ("\"seed\": 0", "\"seed\": 4294967296", "seed: is 4294967296"),
      ("\"sample_count\": 4900", "\"sample_count\": -1", "sample_count: is -1"),
      ("\"coded_channels\": 1", "\"coded_channels\": 2", "its header b.json says [2, 14, 6]"),
      ("\"tags\": []", "\"tags\": [[\"a\"]]", "tags[0]: is not an array [key, value]"),
      ("\"tags\": []", "\"tags\": [[\"\", \"x\"]]", "b.json: "),
      ("\"token_hash\": \"c005afc7\"", "\"token_hash\": \"c0\"", "token_hash: is 'c0', not 8 hexadecimal digits"),
      ("{", "[", "b.json: not a JSON object"),
    ])
  func aWrongHeaderIsRefused(old: String, new: String, reason: String) throws {
    let place = try Workplace()
    try takeContainer("worked-example", place)
    try place.vampc("tokens", "-q", "-o", "b.npy", "a.vampc").expectSuccess()
    try edit("b.json", place, (old, new))
    try place.vampc("tokens", "--from-tokens", "-o", "b.vampc", "b.npy").expectError(65, reason)
    #expect(!place.exists("b.vampc"))
  }

  @Test func aMissingHeaderIsTold() throws {
    let place = try Workplace()
    try takeContainer("tags", place)
    try place.vampc("tokens", "-q", "--header", "h.json", "a.vampc").expectSuccess()
    try place.vampc("tokens", "--from-tokens", "-o", "b.vampc", "a.npy").expectError(1, "a.json: cannot open")
    try place.vampc("tokens", "-q", "--from-tokens", "--header", "h.json", "-o", "b.vampc", "a.npy").expectSuccess()
    #expect(try place.bytes("b.vampc") == (try place.bytes("a.vampc")))
  }

  @Test func changedTokensMakeANewStream() throws {
    let place = try Workplace()
    try takeContainer("worked-example", place)
    try place.vampc("tokens", "-q", "a.vampc").expectSuccess()
    var bytes = try place.bytes("a.npy")
    bytes[bytes.count - 4 * 84] = 7
    try place.write(bytes, to: "b.npy")
    var text = String(decoding: try place.bytes("a.json"), as: UTF8.self)
    text.replace(#/,\s+"token_hash": "c005afc7"/#, with: "")
    text.replace(#/"blocks": \[.*?\],/#.dotMatchesNewlines(), with: "")
    try place.write(Array(text.utf8), to: "b.json")
    try place.vampc("tokens", "-q", "--from-tokens", "b.npy").expectSuccess()
    try place.vampc("test", "-q", "b.vampc").expectSuccess()
    try place.vampc("tokens", "-q", "-f", "b.vampc").expectSuccess()
    #expect(try place.bytes("b.npy") == bytes)
    #expect(try place.info("b.vampc").int("blocks") == 1)
  }
}
