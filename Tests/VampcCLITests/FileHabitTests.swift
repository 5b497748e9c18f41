import Foundation
import ReferenceCases
import Testing

/// Names, folders, what is overwritten and what is removed.
@Suite struct FileHabitTests {
  @Test func neverOverwritesUnlessForced() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.write("precious".utf8, to: "a.vampc")
    try place.vampc("encode", "a.wav").expectError(1, "a.vampc: exists already")
    #expect(try place.bytes("a.vampc") == [UInt8]("precious".utf8))
    try place.vampc("encode", "-f", "a.wav").expectSuccess()
    try place.vampc("test", "a.vampc").expectSuccess()
    try place.vampc("decode", "a.vampc").expectError(1, "a.wav: exists already")
    try place.vampc("decode", "-f", "a.vampc").expectSuccess()
    #expect(try place.names() == ["a.vampc", "a.wav"])
  }

  /// With `-f` the file that was there keeps its permissions, and a link still leads to it.
  @Test func replacesWhatALinkLeadsTo() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.write("old".utf8, to: "real.vampc")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place.path("real.vampc"))
    try FileManager.default.createSymbolicLink(atPath: place.path("a.vampc"), withDestinationPath: "real.vampc")
    try place.vampc("encode", "-f", "a.wav").expectSuccess()
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.path("a.vampc")) == "real.vampc")
    try place.vampc("test", "real.vampc").expectSuccess()
    let mode = try FileManager.default.attributesOfItem(atPath: place.path("real.vampc"))[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func newFilesHaveTheUsualPermissions() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.shell(#"umask 027; "$VAMPC" encode -q a.wav"#).expectSuccess()
    let mode = try FileManager.default.attributesOfItem(atPath: place.path("a.vampc"))[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func removesTheInputOnlyAfterSuccess() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.write("text".utf8, to: "b.wav")
    let result = try place.vampc("encode", "--rm", "a.wav", "b.wav")
    #expect(result.status == 65)
    #expect(try place.names() == ["a.vampc", "b.wav"])
    // A damaged stream may be all that is left of something.
    var damaged = try place.bytes("a.vampc")
    damaged.removeLast(3)
    try place.write(damaged, to: "a.vampc")
    #expect(try [2, 65].contains(place.vampc("decode", "--rm", "a.vampc").status))
    #expect(place.exists("a.vampc"))
    try place.vampc("encode", "--rm", "-o", "-", "b.wav").expectError(64, "--rm needs an output file")
  }

  /// An output that is a pipe or a device leaves no file on the disk, so the input stays.
  @Test(arguments: ["/dev/null", "pipe", "/dev/stdout", "/dev/fd/1"])
  func removesNoInputWithoutAnOutputFile(output: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.shell("mkfifo pipe").expectSuccess()
    try place.vampc("encode", "--rm", "-o", output, "a.wav").expectError(
      64, "--rm needs an output file, not -o \(output)")
    #expect(place.exists("a.wav"))
  }

  @Test func removesNothingButRegularFiles() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.shell("ln -s a.wav link.wav; ln -s /proc/self/fd/0 input.wav; mkfifo pipe.wav").expectSuccess()
    let results = try place.shell(
      """
      "$VAMPC" encode -q --rm link.wav
      "$VAMPC" encode -q --rm input.wav < a.wav
      cat a.wav > pipe.wav & "$VAMPC" encode -q --rm pipe.wav
      """)
    #expect(results.status == 0, "\(results)")
    #expect(
      results.errorLines
        == ["link.wav", "input.wav", "pipe.wav"].map {
          "vampc: warning: \($0): kept in spite of --rm: \($0) is not a regular file"
        })
    #expect(
      try place.names() == [
        "a.wav", "input.vampc", "input.wav", "link.vampc", "link.wav", "pipe.vampc", "pipe.wav",
      ])
  }

  @Test func goesIntoFolders() throws {
    let place = try Workplace()
    for name in ["one/a.wav", "one/two/b.WAV", "one/two/notes.txt", "one/.hidden.wav"] {
      try place.write(Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/one-hop.wav"))), to: name)
    }
    try place.vampc("encode", "one").expectError(1, "one: is a folder")
    let encoded = try place.vampc("encode", "-r", "one")
    #expect(encoded.status == 0)
    #expect(encoded.errorLines == ["vampc: one: 1 file passed over, no audio files by their names"], "\(encoded)")
    #expect(try place.names().filter { $0.hasSuffix(".vampc") } == ["one/a.vampc", "one/two/b.vampc"])
    let decoded = try place.vampc("decode", "-r", "one", "-o", "wavs/")
    #expect(decoded.status == 0 && decoded.errors.hasPrefix("vampc: one: 3 files passed over"), "\(decoded)")
    #expect(try place.names().filter { $0.hasPrefix("wavs/") } == ["wavs/a.wav", "wavs/two", "wavs/two/b.wav"])
    try place.write([], to: "nothing/here.txt")
    try place.vampc("encode", "-r", "nothing").expectError(1, "nothing: no audio files")
  }

  /// A folder that may not be entered, and a name that is not UTF-8, cost nothing else.
  @Test func goesOnInFolders() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let prepared = try place.shell(
      #"mkdir -p music/locked && cp a.wav music/good.wav && cp a.wav "music/$(printf 'caf\351.wav')" && chmod 0 music/locked"#
    )
    prepared.expectSuccess()
    let result = try place.shell(
      #"""
      run=""; if [ "$(id -u)" = 0 ]; then run="setpriv --bounding-set=-all --inh-caps=-all --"; fi
      $run "$VAMPC" encode -q -r music -o out/; status=$?; chmod 700 music/locked; ls out | od -An -c; exit $status
      """#)
    #expect(result.status == 1, "\(result)")
    #expect(result.errorLines == ["vampc: error: music/locked: cannot read: Permission denied"], "\(result)")
    #expect(result.text.contains("c   a   f 351   .   v   a   m   p   c"), "\(result)")
    #expect(place.exists("out/good.vampc"))
  }

  @Test func namesNeedNotBeUTF8() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let result = try place.shell(
      #"""
      set -e
      name=$(printf 'caf\351')
      mv a.wav "$name.wav"
      "$VAMPC" encode "$name.wav"
      "$VAMPC" decode -q -o "$name-2.wav" "$name.vampc"
      "$VAMPC" info --json "$name.vampc" | grep '"file"'
      rm "$name.wav" "$name-2.wav" "$name.vampc"
      """#)
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.isEmpty, "\(result)")
    #expect(result.text.hasPrefix("caf\u{FFFD}.wav -> caf\u{FFFD}.vampc: "), "\(result)")
    #expect(result.text.contains(#""file": "caf\udbff\udfe9.vampc""#), "\(result)")
    #expect(try place.names() == [])
  }

  @Test func goesOnAfterAFailure() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.take("audio/edge/one-sample.wav", as: "c.wav")
    let result = try place.vampc("encode", "a.wav", "missing.wav", "c.wav")
    #expect(result.status == 1)
    #expect(result.errorLines == ["vampc: error: missing.wav: cannot open: No such file or directory"])
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 3 && lines.last?.hasPrefix("2 of 3 files: ") == true, "\(result)")
    #expect(place.exists("a.vampc") && place.exists("c.vampc"))
  }

  @Test func theWorstStatusCounts() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.write("text".utf8, to: "b.wav")
    #expect(try place.vampc("encode", "b.wav", "missing.wav", "a.wav").status == 65)
  }

  @Test func severalInputsNeedAFolder() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.take("audio/edge/one-hop.wav", as: "b.wav")
    try place.vampc("encode", "-o", "c.vampc", "a.wav", "b.wav").expectError(64, "several inputs need a folder")
    try place.vampc("encode", "-o", "out/", "a.wav", "b.wav").expectSuccess()
    #expect(place.exists("out/a.vampc") && place.exists("out/b.vampc"))
  }

  /// `song.wav` and `song.flac` would both become `song.vampc`, which `-f` must not let pass.
  @Test func twoInputsNeverShareAnOutput() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "song.wav")
    try place.take("audio/speech.flac", as: "song.flac")
    let result = try place.vampc("encode", "-q", "-f", "song.wav", "song.flac")
    result.expectError(1, "song.flac: song.vampc is already made from song.wav")
    #expect(try place.info("song.vampc").int("sample_count") == 768)
  }

  @Test func optionsEndAtTwoDashes() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "-f.wav")
    try place.vampc("encode", "--", "-f.wav").expectSuccess()
    #expect(place.exists("-f.vampc"))
    try place.vampc("test", "--", "-f.vampc").expectSuccess()
  }

  @Test(arguments: [("a.b.wav", "a.b.vampc"), ("noextension", "noextension.vampc"), (".wav", ".wav.vampc")])
  func derivesNames(input: String, output: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: input)
    try place.vampc("encode", input).expectSuccess()
    #expect(try place.names() == [input, output].sorted())
  }

  @Test(arguments: ["a.flac", "a.WAV"])
  func warnsOfAStreamThatLooksLikeAudio(output: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "in.wav")
    let result = try place.vampc("encode", "-q", "-o", output, "in.wav")
    #expect(result.status == 0, "\(result)")
    #expect(
      result.errorLines
        == ["vampc: warning: \(output): gets a .vampc file in spite of its name; 'vampc decode' makes audio files"])
    try place.vampc("test", "-q", output).expectSuccess()
  }

  @Test func saysWhenThereIsNoMoreThanTheRateAskedFor() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let result = try place.vampc("encode", "-q", "-b", "16k", "a.wav")
    #expect(result.status == 0, "\(result)")
    #expect(
      result.errorLines == [
        "vampc: warning: a.wav: -b asks for more than there is: all tokens together have 8.04 kbit/s in 1 coded channel"
      ])
    try place.vampc("encode", "-q", "-f", "-b", "8.1k", "a.wav").expectSuccess()
  }

  @Test func writesIntoADevice() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    try place.vampc("decode", "-o", "/dev/null", "a.vampc").expectSuccess()
    try place.vampc("decode", "-o", "/dev/full", "a.vampc").expectError(1, "/dev/full: write failed: No space left")
  }

  @Test func quietSaysNothingAndVerboseMore() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let quiet = try place.vampc("encode", "-q", "a.wav")
    quiet.expectSuccess()
    #expect(quiet.output.isEmpty)
    let usual = try place.vampc("encode", "-f", "a.wav")
    let verbose = try place.vampc("encode", "-f", "-v", "a.wav")
    #expect(verbose.status == 0)
    #expect(verbose.text.count > usual.text.count)
  }
}
