import Foundation
import ReferenceCases
import Testing

/// Results for other programs: JSON, manifests of many files, the version.
@Suite struct ResultTests {
  @Test func encodeAndDecodePrintJSON() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    let encoded = try place.vampc("encode", "--json", "-b", "500", "a.wav")
    encoded.expectSuccess()
    let figures = try Figures(encoded.output)
    let info = try place.info("a.vampc")
    for name in ["bytes", "duration_seconds", "real_rate_bps", "masked_share"] {
      #expect(try figures.double(name) == info.double(name), "\(name)")
    }
    try place.vampc("encode", "-q", "-o", "b.vampc", "a.wav").expectSuccess()
    let decoded = try place.vampc("decode", "--json", "-o", "out/", "a.vampc", "b.vampc")
    decoded.expectSuccess()
    let objects = try JSONDecoder().decode([[String: Figures.Value]].self, from: decoded.output)
    #expect(objects.count == 2)
    // Standard output carries the stream, so the result goes to standard error.
    let piped = try place.vampc("encode", "--json", "-o", "-", "a.wav")
    #expect(piped.output.starts(with: [0xF5, 0x56, 0x43]) && piped.errors.contains("\"bytes\""), "\(piped)")
    try place.vampc("encode", "--json", "-q", "-f", "a.wav").expectError(64, "--json and -q exclude each other")
  }

  @Test func aManifestLeavesOutWhatIsFinished() throws {
    let place = try Workplace()
    let names = ["one.wav", "a, \"b\".wav"]
    for name in names { try place.take("audio/edge/one-hop.wav", as: name) }
    let first = try place.start(["encode", "--manifest", "done.csv", "-o", "out/"] + names).wait()
    first.expectSuccess()
    #expect(first.text.contains("2 of 2 files: "), "\(first)")
    let table = try place.bytes("done.csv")
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3 && lines[2].hasPrefix("\"a, \"\"b\"\".wav\",\"out/a, \"\"b\"\".vampc\","), "\(lines)")

    // A changed output is encoded anew; a row without an end is that of a program that was killed.
    try FileManager.default.removeItem(atPath: place.path("out/one.vampc"))
    try place.write(table + Array("half.wav,out/ha".utf8), to: "done.csv")
    let second = try place.start(["encode", "--manifest", "done.csv", "-o", "out/"] + names).wait()
    #expect(second.status == 0 && second.errorLines == ["vampc: 1 file finished by an earlier run"], "\(second)")
    #expect(String(decoding: try place.bytes("done.csv"), as: UTF8.self).split(separator: "\n").count == 4)
    let third = try place.start(["encode", "--manifest", "done.csv", "-o", "out/"] + names).wait()
    #expect(third.status == 0 && third.errorLines == ["vampc: 2 files finished by an earlier run"], "\(third)")
    #expect(third.text.isEmpty, "\(third)")
  }

  @Test func refusesAManifestThatIsAnotherFile() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.write("a,b\n1,2\n".utf8, to: "table.csv")
    try place.vampc("encode", "--manifest", "table.csv", "a.wav").expectError(65, "table.csv: no manifest", "'a,b'")
    #expect(try place.bytes("table.csv") == Array("a,b\n1,2\n".utf8))
    try place.vampc("encode", "--manifest", "nowhere/x.csv", "a.wav").expectError(1, "nowhere/x.csv: cannot use")
    try place.vampc("encode", "--manifest", "m.csv", "--format", "dac", "a.wav").expectError(64, "--manifest")
  }

  @Test func listsASpanOfAnArchiveAndItsGaps() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc", "-b", "500")
    let seconds = try place.info("a.vampc").double("duration_seconds")
    for (name, start) in [("early", "2026-11-22T23:59:59.9Z"), ("noon", "2026-11-23T12:00:00Z")] {
      try place.vampc("archive", "append", "-q", "--name", name, "--start", start, "r.vampa", "a.vampc").expectSuccess()
    }
    func list(_ options: String...) throws -> String {
      let result = try place.start(["archive", "list", "r.vampa"] + options, environment: ["TZ": "UTC"]).wait()
      result.expectSuccess()
      return result.text
    }
    #expect(try list("--from", "2026-11-23T11:00:00Z").contains("1 recording, "))
    #expect(try list("--to", "2026-11-23T11:00:00Z").contains("  early"))
    // The first recording reaches into the day.
    #expect(try list("--day", "2026-11-23").contains("2 recordings, "))
    #expect(try list("--day", "2026-11-24").contains("0 recordings, "))
    let gaps = try list("--gaps", "--day", "2026-11-23").split(separator: "\n")
    #expect(gaps.count == 3 && gaps[1].hasSuffix("  2026-11-24T00:00:00Z  \(43_200 - Int(seconds)).00 s"), "\(gaps)")
    #expect(try list("--gaps").contains("1 gap, "))
    let objects = try JSONDecoder().decode(
      [[String: Figures.Value]].self, from: Data(list("--gaps", "--json", "--day", "2026-11-24").utf8))
    #expect(objects.count == 1)
    try place.vampc("archive", "list", "r.vampa", "--day", "2026-02-30").expectError(64)
    try place.vampc("archive", "list", "r.vampa", "--day", "2026-11-23", "--to", "2026-11-24T00:00:00Z").expectError(
      64, "--day excludes")
  }

  @Test func theVersionNamesWhatTheProgramUses() throws {
    let place = try Workplace()
    let version = try place.vampc("--version")
    let report = try place.vampc("--version", "-v", environment: ["VAMPC_MODELS": "/m"])
    report.expectSuccess()
    #expect(report.text.hasPrefix("version    \(version.text)"))
    for part in ["\nlibrary    libsndfile.so", "\nmodels in  /m: 0", "\navailable  baseline"] {
      #expect(report.text.contains(part), "\(report)")
    }
  }

  @Test func completesNamesOfModels() throws {
    let place = try Workplace()
    let names = try place.shell(#""$VAMPC" ---completion encode -- --model 3 0 vampc encode --model ''"#)
    #expect(names.text.split(separator: "\n").contains(Substring(Fixtures.defaultModel)), "\(names)")
  }
}
