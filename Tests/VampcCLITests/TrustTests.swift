import Foundation
import ReferenceCases
import Testing

/// Files from strangers, and files that are nobody else's business.
@Suite struct TrustTests {
  private func permissions(_ place: Workplace, _ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: place.path(name))[.posixPermissions] as? Int
  }

  /// Weights that are not those of the recorded digests make another codec.
  @Test func aForgedCodecIsAnotherCodec() throws {
    let place = try Workplace()
    let codec = "data/vampc/models/forged/codec.safetensors"
    func vampc(_ arguments: String...) throws -> ChildResult {
      try place.start(arguments, environment: ["XDG_DATA_HOME": place.path("data")]).wait()
    }
    // An import records the digests.
    let imported = try vampc(
      "model", "import", "-q", "--name", "forged",
      Fixtures.path("../models/\(Fixtures.defaultModel)/codec.safetensors"))
    #expect(imported.status == 0, "\(imported)")
    try vampc("encode", "-q", "--model", "forged", "-o", "a.vampc", Fixtures.path("audio/edge/one-hop.wav"))
      .expectSuccess()
    try vampc("decode", "-q", "--model", "forged", "-o", "a.wav", "a.vampc").expectSuccess()
    var bytes = try place.bytes(codec)
    bytes[bytes.count - 1] ^= 1
    try place.write(bytes, to: codec)
    let result = try vampc("decode", "--model", "forged", "-o", "b.wav", "a.vampc")
    #expect(result.status != 0, "\(result)")
    #expect(!place.exists("b.wav"))
    try vampc("model", "verify", "forged").expectError(65, "SHA-256")
  }

  @Test func theUsersCacheIsPrivate() throws {
    let place = try Workplace()
    let caches = place.path("caches")
    let first = try place.vampc("model", "info", Fixtures.defaultModel, environment: ["XDG_CACHE_HOME": caches])
    first.expectSuccess()
    #expect(try permissions(place, "caches/vampc/identities") == 0o700)
    // One entry for each network.
    #expect(try place.names().count { $0.hasPrefix("caches/vampc/identities/") } == 3)
    let second = try place.vampc("model", "info", Fixtures.defaultModel, environment: ["XDG_CACHE_HOME": caches])
    #expect(second.text == first.text)
  }

  /// The program reads a model of 4 GiB while another program cuts it off.
  @Test func aModelThatBecomesShorterIsAnError() throws {
    let place = try Workplace()
    let kwargs = #"""
      {"encoder_dim": 4, "encoder_rates": [2], "decoder_dim": 8, "decoder_rates": [2], "n_codebooks": 1,
      "codebook_size": 8, "codebook_dim": 2, "sample_rate": 8000}
      """#
    let header: [String: [String: JSONValue]] = [
      "__metadata__": ["kind": .text("DAC"), "role": .text("codec"), "name": .text("big"), "kwargs": .text(kwargs)],
      "a": ["dtype": .text("F32"), "shape": .numbers([1 << 30]), "data_offsets": .numbers([0, 1 << 32])],
    ]
    let text = try JSONEncoder().encode(header)
    try place.write(withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text, to: "big.safetensors")
    let result = try place.shell(
      #"""
      truncate -s \#(8 + text.count + 1 << 32) big.safetensors
      "$VAMPC" model info ./big.safetensors & program=$!
      until grep -q big.safetensors /proc/$program/maps; do :; done
      truncate -s 4096 big.safetensors
      wait $program
      """#)
    result.expectError(1, "big.safetensors: has become shorter while it was read")
  }

  private enum JSONValue: Encodable {
    case text(String)
    case numbers([Int])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .numbers(let numbers): try container.encode(numbers)
      }
    }
  }

  /// Everything that is made of a private recording is private.
  @Test func privateInputsGivePrivateOutputs() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let result = try place.shell(
      #"""
      set -e
      umask 022
      chmod 600 a.wav
      "$VAMPC" encode -q --mask-out m.npy a.wav
      "$VAMPC" decode -q -o decoded.wav a.vampc
      "$VAMPC" encode -q -o redirected.vampc - < a.wav
      "$VAMPC" trim -q -k 1 -o trimmed.vampc a.vampc
      "$VAMPC" repair -q -o repaired.vampc a.vampc
      "$VAMPC" tokens -q a.vampc
      "$VAMPC" archive append -q r.vampa a.vampc
      "$VAMPC" archive extract -q -o extracted.vampc r.vampa a
      "$VAMPC" archive repair -q -o r2.vampa r.vampa
      "$VAMPC" opus -q -b 6k -o o.wav a.wav
      stat -c '%a %n' *
      """#)
    #expect(result.status == 0, "\(result)")
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 13 && lines.allSatisfy { $0.hasPrefix("600 ") }, "\(result)")
  }

  /// A limit on the length of files is an error, and leaves no part of a file.
  @Test func aFileThatGrowsTooLongIsAnError() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    let result = try place.shell(#"ulimit -f 4; exec "$VAMPC" decode -q -o b.wav a.vampc"#)
    result.expectError(1, "b.wav", "File too large")
    #expect(try place.names() == ["a.vampc", "a.wav"])
  }

  /// Folders, archives and sweeps of names that are not UTF-8.
  @Test func namesNeedNotBeUTF8Anywhere() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    try place.write(#"{"baselines": false, "tokens": [[4, 1]], "fills": ["none"]}"#.utf8, to: "grid.json")
    let result = try place.shell(
      #"""
      set -e
      name=$(printf 'caf\351')
      mkdir "$name"
      cp a.wav "$name/$name.wav"
      "$VAMPC" encode -q -r "$name" -o "out-$name/" --manifest "$name.csv"
      "$VAMPC" encode -r "$name" -o "out-$name/" --manifest "$name.csv"
      "$VAMPC" archive append -q "$name.vampa" "out-$name/$name.vampc"
      "$VAMPC" archive append -q --name second "$name.vampa" "$name/$name.wav"
      "$VAMPC" archive extract -q -o "$name-2.vampc" "$name.vampa" second
      "$VAMPC" tokens -q "$name-2.vampc"
      "$VAMPC" info --json "$name-2.vampc" | grep '"file"'
      "$VAMPC" measure --json "$name/$name.wav" "$name/$name.wav" | grep '"reference"'
      "$VAMPC" sweep -q --grid grid.json --seconds 1 --listen 1 -T 1 -o "swept-$name" "$name"
      "$VAMPC" sweep merge -q -o "merged-$name" "swept-$name"
      ls -d *"$name"* "merged-$name/audio"/*/* | od -An -c
      """#)
    #expect(result.status == 0, "\(result)")
    #expect(result.errorLines == ["vampc: 1 file finished by an earlier run"], "\(result)")
    // The byte 0xE9 becomes the character U+10FFE9, which every reader of JSON takes.
    #expect(result.text.contains(#""file": "caf\udbff\udfe9-2.vampc""#), "\(result)")
    #expect(result.text.contains(#""reference": "caf\udbff\udfe9/caf\udbff\udfe9.wav""#), "\(result)")
  }
}
