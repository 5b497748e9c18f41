import Foundation
import ReferenceCases
import Testing

/// `vampc archive` as a user meets it.
@Suite struct ArchiveTests {
  /// Raw samples of so many seconds at 8 kHz.
  private let raw = ["-q", "--raw", "8000:1:s16le", "-b", "500"]

  @Test func worksAsTheManualSays() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "monday.wav")
    try place.encode("audio/speech.flac", as: "talk.vampc", "-b", "500")
    let appended = try place.vampc(
      "archive", "append", "--start", "2026-11-23T12:00:00+01:00", "radio.vampa", "monday.wav", "talk.vampc")
    appended.expectSuccess()
    #expect(appended.text.contains("'monday', 2026-11-23T12:00:00+01:00"), "\(appended)")
    try place.vampc(
      "archive", "append", "-q", "--start", "2026-11-24T00:00:00Z", "--name", "later", "radio.vampa", "talk.vampc"
    ).expectSuccess()

    let list = try place.vampc("archive", "list", "radio.vampa")
    list.expectSuccess()
    let lines = list.text.split(separator: "\n")
    #expect(lines.count == 4 && lines[2].contains("(gap of"), "\(list)")
    #expect(lines[3].contains("3 recordings") && lines[3].contains("1 gap, 0 overlaps"), "\(list)")
    let json = try place.vampc("archive", "list", "--json", "radio.vampa")
    let objects = try JSONDecoder().decode([[String: Figures.Value]].self, from: json.output)
    #expect(objects.count == 3)

    try place.vampc("archive", "extract", "-q", "radio.vampa", "talk", "-o", "b.vampc").expectSuccess()
    #expect(try place.bytes("b.vampc") == place.bytes("talk.vampc"))
    try place.vampc("archive", "extract", "radio.vampa", "later").expectSuccess()
    #expect(try place.bytes("later.vampc") == place.bytes("talk.vampc"))
    let test = try place.vampc("archive", "test", "radio.vampa")
    test.expectSuccess()
    #expect(test.text.contains("intact: 3 recordings"), "\(test)")
    // An archive is a stream.
    try place.vampc("test", "radio.vampa").expectSuccess()
    let info = try place.vampc("info", "--json", "radio.vampa")
    #expect(try JSONDecoder().decode([[String: Figures.Value]].self, from: info.output).count == 3)
    // A whole stream is a copy, too.
    try place.shell(
      #""$VAMPC" archive extract -q radio.vampa talk -o - | "$VAMPC" decode -q --no-generate - -o talk.wav"#
    ).expectSuccess()
    #expect(try place.audio("talk.wav").sampleCount == 197_721)
  }

  /// A recorder leaves the end of the recording as modification time.
  @Test(arguments: [("edge/mono-8khz.wav", "2026-11-01T12:00:35Z"), ("tone.opus", "2026-11-01T12:00:32Z")])
  func aFileBeginsItsDurationBeforeItsLastChange(fixture: String, start: String) throws {
    let place = try Workplace()
    let end = try #require(ISO8601DateFormatter().date(from: "2026-11-01T12:00:36Z"))
    let audio = try place.take("audio/" + fixture)
    try place.encode("audio/" + fixture, as: "a.vampc")
    for name in [audio, "a.vampc"] {
      try FileManager.default.setAttributes([.modificationDate: end], ofItemAtPath: place.path(name))
      let appended = try place.vampc(
        "archive", "append", "--loudness", "codec", "radio.vampa", name, environment: ["TZ": "UTC"])
      appended.expectSuccess()
      #expect(appended.text.contains("', \(start), "), "\(appended)")
    }
  }

  @Test func aBroadcastWaveBeginsAsItSays() throws {
    let place = try Workplace()
    let wav = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/mono-8khz.wav"))))
    // 2026-11-01 12:00:00, and the time reference of 12:00:00.25: 345 602 000 samples after midnight.
    let chunk =
      [UInt8](repeating: 0, count: 320) + Array("2026-11-0112:00:00".utf8)
      + (0..<8).map { UInt8(truncatingIfNeeded: 345_602_000 >> (8 * $0)) } + [UInt8](repeating: 0, count: 256)
    try place.write(wav[..<12] + Array("bext".utf8) + [0x5A, 2, 0, 0] + chunk + wav[12...], to: "a.wav")
    for (zone, name, time) in [
      ("UTC", "a", "2026-11-01T12:00:00.25Z"), ("CET-1", "b", "2026-11-01T12:00:00.25+01:00"),
    ] {
      let appended = try place.vampc(
        "archive", "append", "--loudness", "codec", "--name", name, "radio.vampa", "a.wav", environment: ["TZ": zone])
      appended.expectSuccess()
      #expect(appended.text.contains("'\(name)', \(time), "), "\(appended)")
    }
  }

  @Test func takesSpansOfTime() throws {
    let place = try Workplace()
    // Three recordings of 60 s of silence, one after the other.
    try place.write([UInt8](repeating: 0, count: 960_000), to: "a.raw")
    for minute in 0..<3 {
      let start = "2026-11-23T12:0\(minute):00Z"
      try place.start(
        ["archive", "append", "a.vampa", "a.raw", "--name", "m\(minute)", "--start", start] + raw
      ).wait().expectSuccess()
    }
    let span = ["--from", "2026-11-23T12:00:50Z", "--to", "2026-11-23T13:01:05+01:00"]
    try place.start(["archive", "extract", "a.vampa", "-o", "b.vampc"] + span).wait().expectSuccess()
    try place.vampc("test", "b.vampc").expectSuccess()
    try place.vampc("decode", "-q", "--no-generate", "-o", "b.wav", "b.vampc").expectSuccess()
    let seconds = Double(try place.audio("b.wav").sampleCount) / 8_000
    // 15 s, and up to a block of 10 s on each side.
    #expect(seconds >= 14.99 && seconds <= 35.1, "\(seconds)")
    try place.vampc(
      "archive", "extract", "-q", "a.vampa", "m1", "--from", "2026-11-23T12:00:50Z", "-o", "c.vampc"
    ).expectSuccess()
    #expect(try place.info("c.vampc").int("sample_count") == 480_000)
    try place.vampc("archive", "extract", "a.vampa", "--to", "2026-11-23T12:00:00Z", "-o", "d.vampc")
      .expectError(1, "a.vampa: no recording has any of this time")
    try place.vampc("archive", "extract", "a.vampa", "m1", "--from", "2026-11-24T00:00:00Z", "-o", "d.vampc")
      .expectError(1, "a.vampa: no recording has any of this time")
    #expect(!place.exists("d.vampc"))
  }

  @Test func errorsSayWhatIsWrong() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    try place.vampc("archive", "append", "-q", "a.vampa", "a.vampc").expectSuccess()
    let before = try place.bytes("a.vampa")
    try place.vampc("archive", "append", "a.vampa", "a.vampc").expectError(
      1, "a recording 'a' is in the archive already")
    try place.vampc("archive", "append", "a.vampa", "missing.wav").expectError(1, "missing.wav: cannot open")
    try place.vampc("archive", "append", "b.vampa", "missing.wav").expectError(1, "missing.wav: cannot open")
    #expect(!place.exists("b.vampa"))
    try place.vampc("archive", "append", "a.vampa", "a.vampa", "--name", "b").expectError(65, "is an archive itself")
    try place.vampc("archive", "append", "a.vampc", "a.vampc").expectError(65, "no archive, or its index is damaged")
    try place.vampc("archive", "append", "a.vampa", "a.vampc", "--name", "").expectError(64, "is no name")
    try place.vampc("archive", "append", "a.vampa", "a.vampc", "--start", "12:00").expectError(64, "'12:00'")
    try place.vampc("archive", "append", "a.vampa", "a.vampc", "a.vampc", "--name", "x").expectError(
      64, "--name needs a single input")
    try place.vampc("archive", "append", "-", "a.vampc").expectError(64, "must be a file")
    try place.vampc("archive", "extract", "a.vampa", "b").expectError(1, "no recording 'b'")
    try place.vampc("archive", "extract", "a.vampa").expectError(64, "a name is needed")
    try place.vampc("archive", "extract", "a.vampa", "a").expectError(1, "a.vampc: exists already")
    try place.vampc("archive", "extract", "-f", "a.vampa", "a", "-o", "a.vampa").expectError(1, "is the input itself")
    try place.vampc("archive", "list", "a.vampc").expectError(65, "no archive")
    try place.vampc("archive", "list", "missing").expectError(1, "missing: cannot open")
    try place.vampc("archive", "list", "/dev/null").expectError(1, "is not a file")
    #expect(try place.bytes("a.vampa") == before)
    var damaged = before
    damaged[60] ^= 1
    try place.write(damaged, to: "d.vampa")
    let tested = try place.vampc("archive", "test", "d.vampa")
    #expect(tested.status == 65 && tested.errors.contains("d.vampa: "), "\(tested)")
    let stream = try place.bytes("a.vampc")
    try place.write(stream.dropLast(), to: "cut.vampc")
    try place.vampc("archive", "append", "a.vampa", "cut.vampc").expectError(65, "ends inside a record")
    #expect(try place.bytes("a.vampa") == before)
    let extracted = try place.vampc("archive", "extract", "d.vampa", "a", "-o", "d.vampc")
    #expect(extracted.status == 2 && extracted.errors.contains("warning: d.vampa: 'a'"), "\(extracted)")
  }

  @Test func repairMakesACleanArchive() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    try place.encode("audio/edge/mono-8khz.wav", as: "b.vampc")
    try place.vampc("archive", "append", "-q", "a.vampa", "a.vampc", "b.vampc").expectSuccess()
    // Without an index.
    let bytes = try place.bytes("a.vampa")
    try place.write(bytes.dropLast(2), to: "b.vampa")
    let repaired = try place.vampc("archive", "repair", "b.vampa")
    #expect(repaired.status == 2, "\(repaired)")
    try place.vampc("archive", "test", "b.repaired.vampa").expectSuccess()
    for name in ["a", "b"] {
      try place.vampc("archive", "extract", "-q", "-f", "b.repaired.vampa", name, "-o", "x.vampc").expectSuccess()
      #expect(try place.bytes("x.vampc") == place.bytes(name + ".vampc"))
    }
    try place.vampc("archive", "repair", "a.vampa", "-o", "c.vampa").expectSuccess()
    #expect(try place.bytes("c.vampa") == bytes)
    // A stream without an archive around it is one that was found.
    let found = try place.vampc("archive", "repair", "b.vampc", "-o", "d.vampa")
    #expect(found.status == 2 && found.errors.contains("kept as 'recovered-0'"), "\(found)")
    try place.vampc("archive", "test", "d.vampa").expectSuccess()
    try place.write([UInt8](repeating: 7, count: 1_000), to: "noise")
    try place.vampc("archive", "repair", "noise").expectError(65, "noise: no archive")
    #expect(!place.exists("noise.repaired.vampa"))
  }

  @Test func onlyOneWriterAtATime() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    let (child, ends) = try endless(place, "first")
    defer { ends.forEach { close($0) } }
    try place.await("a block is written") { try place.exists("a.vampa") && place.bytes("a.vampa").count > 200 }
    try place.vampc("archive", "append", "a.vampa", "a.vampc")
      .expectError(1, "a.vampa: another program is appending to it")
    // Reading goes on meanwhile.
    let list = try place.vampc("archive", "list", "a.vampa")
    list.expectSuccess()
    #expect(list.text.contains("(unfinished)"), "\(list)")
    // A recorder that is asked to stop closes its recording.
    child.send(SIGTERM)
    let result = try child.wait()
    #expect(result.status == 143, "\(result)")
  }

  @Test func waitsForAnotherProgramThatAppends() throws {
    let place = try Workplace()
    try place.write([UInt8](repeating: 0, count: 16_000), to: "a.raw")
    try place.start(["archive", "append", "a.vampa", "a.raw", "--name", "first"] + raw).wait().expectSuccess()
    // Locked as by another writer.
    let archive = open(place.path("a.vampa"), O_RDWR)
    defer { close(archive) }
    try #require(flock(archive, LOCK_EX) == 0)
    try place.start(["archive", "append", "a.vampa", "a.raw", "--name", "second"] + raw).wait()
      .expectError(1, "a.vampa: another program is appending to it")
    let waiting = try place.start(
      ["archive", "append", "--wait", "a.vampa", "a.raw", "--name", "second"] + raw.dropFirst())
    usleep(1_000_000)
    #expect(waiting.isRunning)
    try #require(flock(archive, LOCK_UN) == 0)
    let result = try waiting.wait()
    #expect(result.status == 0, "\(result)")
    #expect(result.errorLines == ["vampc: a.vampa: waiting for another program that appends to it"], "\(result)")
    try place.vampc("archive", "test", "-q", "a.vampa").expectSuccess()
    #expect(try place.vampc("archive", "list", "a.vampa").text.contains("2 recordings"))
  }

  @Test func repairDoesNotReplaceAnArchiveThatIsAppendedTo() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    for name in ["a.vampa", "b.vampa"] {
      try place.vampc("archive", "append", "-q", name, "a.vampc").expectSuccess()
    }
    // Locked as by a writer.
    let archive = open(place.path("b.vampa"), O_RDWR)
    defer { close(archive) }
    try #require(flock(archive, LOCK_EX) == 0)
    let before = try place.bytes("b.vampa")
    try place.vampc("archive", "repair", "-f", "-o", "b.vampa", "a.vampa")
      .expectError(1, "b.vampa: another program is appending to it")
    #expect(try place.bytes("b.vampa") == before)
    try #require(flock(archive, LOCK_UN) == 0)
    try place.vampc("archive", "repair", "-q", "-f", "-o", "b.vampa", "a.vampa").expectSuccess()
  }

  @Test func testNamesRecordingsThatAreNotInTheIndex() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    try place.vampc("archive", "append", "-q", "--name", "first", "a.vampa", "a.vampc").expectSuccess()
    let first = try place.bytes("a.vampa").count
    try place.vampc("archive", "append", "-q", "--name", "second", "a.vampa", "a.vampc").expectSuccess()
    // The recording is complete, and its root is missing.
    let stream = try place.bytes("a.vampc").count
    let label = 4 + 1 + 1 + 8 + 2 + 6 + 4
    let bytes = try place.bytes("a.vampa")
    let cut = (first + stream + label - 3...first + stream + label).first {
      bytes[$0...].starts(with: [0xF5, 0x56, 0x43, 0x10])
    }
    try place.write(bytes[..<(try #require(cut))], to: "b.vampa")
    try place.vampc("archive", "test", "b.vampa").expectError(65, "'second': not in the index (byte \(first))")
    let next = try place.vampc("archive", "append", "-q", "--name", "third", "b.vampa", "a.vampc")
    #expect(next.status == 0 && next.errors.contains("'second'"), "\(next)")
    try place.vampc("archive", "test", "-q", "b.vampa").expectSuccess()
  }

  /// Some file systems have times in billions of years.
  @Test(arguments: [-40_000_000_000, 40_000_000_000, 9_000_000_000_000_000])
  func refusesTimesOfFilesThatNoArchiveCanStore(seconds: Int) throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc")
    let touched = try place.shell("touch -d @\(seconds) a.vampc && stat -c %Y a.vampc")
    // Other file systems do not have such times.
    guard touched.text == "\(seconds)\n" else { return }
    try place.vampc("archive", "append", "a.vampa", "a.vampc")
      .expectError(64, "a.vampc: the time is outside the years 1000 to 2999")
    #expect(!place.exists("a.vampa"))
    try place.vampc("archive", "append", "-q", "--start", "2026-11-23T12:00:00Z", "a.vampa", "a.vampc").expectSuccess()
  }

  /// Starts an append from a pipe that is full and never ends.
  private func endless(_ place: Workplace, _ name: String) throws -> (ChildProcess, [Int32]) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // 31 s, which the pipe holds.
    let setPipeSize: Int32 = 1_031
    try #require(fcntl(ends[1], setPipeSize, 1 << 20) >= 500_000)
    let samples = [UInt8](repeating: 1, count: 500_000)
    #expect(write(ends[1], samples, samples.count) == samples.count)
    let child = try place.start(
      ["archive", "append", "a.vampa", "--name", name, "--latency", "1", "-"] + raw, inputDescriptor: ends[0])
    return (child, ends)
  }

  @Test func aFullDiskLosesNothing() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc")
    try place.vampc("archive", "append", "-q", "a.vampa", "a.vampc").expectSuccess()
    // 15 kB hold one recording of 9 kB and the first block of another.
    let result = try place.shell(
      #"trap '' XFSZ; ulimit -f 30; "$VAMPC" archive append -q --name b a.vampa a.vampc; echo "status $?""#)
    #expect(result.text.contains("status 1"), "\(result)")
    #expect(result.errors.contains("a.vampa: write failed"), "\(result)")
    try place.vampc("archive", "extract", "-q", "a.vampa", "a", "-o", "b.vampc").expectSuccess()
    #expect(try place.bytes("a.vampc") == place.bytes("b.vampc"))
    let next = try place.vampc("archive", "append", "-q", "--name", "c", "a.vampa", "a.vampc")
    #expect(next.status == 0 && next.errors.contains("'b' was left unfinished"), "\(next)")
    try place.vampc("archive", "test", "a.vampa").expectSuccess()
    try place.vampc("archive", "extract", "-q", "a.vampa", "c").expectSuccess()
    #expect(try place.bytes("a.vampc") == place.bytes("c.vampc"))
  }

  /// `tools/archive-kills` does it 200 times.
  @Test func killedWritersLoseNothing() throws {
    let place = try Workplace()
    let script = Fixtures.repositoryFolder + "/tools/archive-kills"
    let result = try place.shell(#""\#(script)" 12 "$VAMPC""#)
    #expect(result.status == 0, "\(result)")
    #expect(result.text.contains("12 kills: every recording bit-identical every time"), "\(result)")
  }
}
