import Foundation
import ReferenceCases
import Testing

/// Wrong usage is told with status 64, help with 0.
@Suite struct UsageTests {
  @Test(
    arguments: [
      ["encode"], ["encode", "-b", "8k", "-k", "3", "a.wav"], ["encode", "-b", "8k", "-p", "3", "a.wav"],
      ["encode", "-b", "fast", "a.wav"], ["encode", "-b", "0", "a.wav"], ["encode", "-b", "inf", "a.wav"],
      ["encode", "-b", "-5", "a.wav"], ["encode", "-k", "0", "a.wav"], ["encode", "-k", "15", "a.wav"],
      ["encode", "-p", "0", "a.wav"], ["encode", "-p", "65536", "a.wav"], ["encode", "-b", "20", "a.wav"],
      ["encode", "--channels", "left", "a.wav"], ["encode", "--raw", "48000:2", "a.wav"],
      ["encode", "--raw", "48000:2:s17", "a.wav"], ["encode", "--latency", "0", "a.wav"],
      ["encode", "--steps", "0", "a.wav"], ["encode", "--top-p", "0", "a.wav"],
      ["encode", "--typical-mass", "1.5", "a.wav"], ["encode", "--temperature", "-1", "a.wav"],
      ["encode", "--seed", "-1", "a.wav"], ["encode", "-T", "0", "a.wav"], ["encode", "-", "-"],
      ["encode", "-q", "-v", "a.wav"], ["encode", "--nonsense", "a.wav"], ["decode"],
      ["decode", "-o", "a.mp3", "a.vampc"], ["decode", "-o", "a", "a.vampc"],
      ["decode", "--bits", "float", "-o", "a.flac", "a.vampc"], ["decode", "--bits", "8", "a.vampc"],
      ["decode", "--no-generate", "--fill", "random", "a.vampc"], ["decode", "--force-model", "a.vampc"],
      ["encode", "--keep-first", "0", "a.wav"], ["encode", "--keep-last", "86401", "a.wav"],
      ["encode", "--keep-codebooks", "2", "a.wav"], ["encode", "--keep-first", "1", "--keep-codebooks", "15", "a.wav"],
      ["encode", "--loudness", "codec", "--level", "codec", "a.wav"], ["encode", "--loudness", "9", "a.wav"],
      ["encode", "--tag", "TITLE", "a.wav"], ["encode", "--tag", "=x", "a.wav"], ["encode", "--tag", "TÖN=x", "a.wav"],
      ["encode", "--tag", "T=" + String(repeating: "x", count: 32_769), "a.wav"],
      ["encode", "--format", "dac", "--no-tags", "a.wav"], ["encode", "--format", "dac", "--no-highpass", "a.wav"],
      ["encode", "--no-periodic", "a.wav"], ["encode", "--no-periodic", "--keep-first", "1", "-p", "2", "a.wav"],
      ["encode", "--temperature", "1.005", "a.wav"], ["encode", "--top-p", "0.999", "a.wav"],
      ["encode", "--sampler", "magnet", "a.wav"], ["decode", "--sampler", "best", "a.vampc"],
      ["decode", "--top-k", "0", "a.vampc"], ["decode", "--typical-minimum", "0", "a.vampc"],
      ["decode", "--sample-cutoff", "1.1", "a.vampc"], ["decode", "--sample-cutoff", "nan", "a.vampc"],
      ["decode", "--temperature", "nan", "a.vampc"], ["decode", "--span", "3", "a.vampc"],
      ["decode", "--sampler", "vampnet", "--span", "3", "a.vampc"],
      ["decode", "--sampler", "magnet", "--span", "0", "a.vampc"],
      ["decode", "--sampler", "magnet", "--span-scoring", "mean", "a.vampc"],
      ["decode", "--sampler", "magnet", "--span-arrangement", "stride2", "a.vampc"],
      ["decode", "--sampler", "magnet", "--span-arrangement", "stride1", "--span-scoring", "max", "a.vampc"],
      ["decode", "--sampler", "magnet", "--level-steps", "20,,10", "a.vampc"],
      ["decode", "--sampler", "magnet", "--level-steps", "", "a.vampc"],
      ["decode", "--sampler", "magnet", "--level-steps", "20,256", "a.vampc"],
      ["decode", "--sampler", "magnet", "--context-frames", "some", "a.vampc"],
      ["decode", "--sampler", "magnet", "--context-frames", "-1", "a.vampc"],
      ["decode", "--sequential", "-1", "a.vampc"], ["decode", "--sequential", "inf", "a.vampc"],
      ["decode", "--rescore-weight", "0.5", "a.vampc"],
      ["decode", "--rescore", "m", "--rescore-weight", "1.5", "a.vampc"],
      ["vamp", "--top-k", "0", "a.wav", "-o", "b.wav"], ["vamp", "--sampler", "best", "a.wav", "-o", "b.wav"],
      ["trim"], ["repair"], ["test", "-q", "--json", "a.vampc"],
      ["info"], ["test"], ["measure", "a.wav"], ["opus", "a.wav"], ["opus", "a.wav", "-b", "6k", "-o", "-"],
      ["nonsense"],
    ])
  func wrongUsageIsToldSo(arguments: [String]) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.start(arguments).wait().expectError(64)
    #expect(try place.names() == ["a.wav"])
  }

  @Test(arguments: [
    [], ["encode"], ["decode"], ["info"], ["test"], ["trim"], ["repair"], ["tokens"], ["measure"], ["opus"],
  ])
  func helpBeginsWithExamples(command: [String]) throws {
    let help = try Workplace().start(command + ["--help"]).wait()
    help.expectSuccess()
    let examples = try #require(help.text.range(of: "EXAMPLES"), "\(help)")
    let options = try #require(help.text.range(of: "OPTIONS:"), "\(help)")
    #expect(examples.lowerBound < options.lowerBound)
  }

  /// The dozen options that most users need, before the many that few need.
  @Test func helpOfEncodeBeginsWithTheOptionsThatMatter() throws {
    let help = try Workplace().vampc("encode", "--help").text
    let rare = try #require(help.range(of: "PROMPT: TOKENS THAT ARE KEPT"), "\(help)")
    for option in [
      "-b, --bitrate", "-k, --codebooks", "-p, --period", "--channels", "--model", "--raw", "-o, --output",
      "-f, --force", "--rm", "-r, --recursive", "-q, --quiet", "-v, --verbose",
    ] {
      let found = try #require(help.range(of: "\n  \(option) "), "\(option)")
      #expect(found.lowerBound < rare.lowerBound, "\(option)")
    }
  }

  /// Every line of a paragraph is as long as it can be: nothing was wrapped for another width before.
  @Test(arguments: [50, 100])
  func helpIsWrappedOnce(columnCount: Int) throws {
    let place = try Workplace()
    for command in ["encode", "decode", "info", "test", "trim", "repair", "tokens", "measure", "archive extract"] {
      let arguments = command.split(separator: " ").map(String.init) + ["--help"]
      let help = try place.start(arguments, environment: ["COLUMNS": "\(columnCount)"]).wait().text
      let usage = try #require(help.range(of: "\nUSAGE:"), "\(help)")
      let paragraphs = help[..<usage.lowerBound].components(separatedBy: "\n\n").dropFirst(2)
      for paragraph in paragraphs {
        let lines = paragraph.split(separator: "\n")
        // Tables have a heading in capitals.
        if let heading = lines.first, heading == heading.uppercased() { continue }
        for (line, next) in zip(lines, lines.dropFirst()) {
          let word = next.prefix { $0 != " " }
          #expect(line.count + 1 + word.count > columnCount - 1, "\(command): \(line)")
        }
      }
    }
  }

  @Test func aWrongValueIsToldWithWhatIsRight() throws {
    let place = try Workplace()
    for (arguments, option, range) in [
      (["encode", "-k", "many", "a.wav"], "-k, --codebooks <count>", "1 to those of the model"),
      (["encode", "-b", "fast", "a.wav"], "-b, --bitrate <rate>", "more than 0"),
      (["encode", "--seed", "-1", "a.wav"], "--seed <number>", "0 to 4294967295"),
      (["encode", "--fine-temperature", "hot", "a.wav"], "--fine-temperature <number>", "0 to 655.35"),
      (["decode", "--from", "noon", "a.vampc"], "--from <time>", "m:ss or h:mm:ss"),
      (["archive", "append", "--latency", "x", "a.vampa", "a.wav"], "--latency <seconds>", "up to 86400"),
    ] {
      let result = try place.start(arguments).wait()
      result.expectError(64)
      let hint = result.errorLines.last ?? ""
      #expect(hint.hasPrefix("vampc: hint: \(option): ") && hint.contains(range), "\(result)")
    }
  }

  @Test func errorsPointAtTheHelpOfTheirCommand() throws {
    let place = try Workplace()
    for command in ["archive append", "archive list", "model import", "sweep merge", "encode"] {
      let arguments = command.split(separator: " ").map(String.init) + ["--bogus"]
      let result = try place.start(arguments).wait()
      #expect(result.errorLines.last == "vampc: hint: 'vampc \(command) --help' explains the options", "\(result)")
    }
    try place.vampc("archive", "append", "--format", "dac", "a.vampa", "a.wav").expectError(
      64, "unknown option '--format'")
  }

  /// A shell expands `*.wav` to names like these, and the help would come with status 0.
  @Test(arguments: ["-ch1.wav", "-h1.wav", "-chart", "-fq1.wav", "-take2.wav"])
  func aFileNameIsNoBundleOfOptions(name: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: name)
    try place.vampc("encode", name).expectError(64, "'\(name)' has letters that are no options")
    try place.vampc("info", "--json", name, name).expectError(64, "'\(name)' has letters that are no options")
    #expect(try place.names() == [name])
    try place.vampc("encode", "-qf", "./\(name)").expectSuccess()
    #expect(try place.vampc("encode", "-qh").text.hasPrefix("OVERVIEW"))
    try place.vampc("encode", "-help").expectError(64, "'-help' has letters")
  }

  @Test func theOldNameOfAnOptionStillWorks() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.vampc("encode", "-q", "-b", "600", "--loudness", "codec", "-o", "new.vampc", "a.wav").expectSuccess()
    try place.vampc("encode", "-q", "-b", "600", "--level", "codec", "-o", "old.vampc", "a.wav").expectSuccess()
    #expect(try place.bytes("old.vampc") == (try place.bytes("new.vampc")))
    let help = try place.vampc("encode", "--help").text
    #expect(help.contains("--loudness <decoded|codec>") && !help.contains("--level"), "\(help)")
  }

  @Test func anUnknownOptionIsToldBeforeAMissingInput() throws {
    try Workplace().vampc("encode", "--bogus").expectError(64, "unknown option '--bogus'")
    try Workplace().vampc("encode").expectError(64, "missing expected argument")
  }

  @Test func saysItsVersion() throws {
    let version = try Workplace().vampc("--version")
    version.expectSuccess()
    #expect(version.text.split(separator: ".").count == 3)
  }

  @Test func anUnknownModelIsTold() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.vampc("encode", "--model", "nobody", "a.wav").expectError(1, "no model nobody in ", "/models")
    #expect(try place.names() == ["a.wav"])
  }
}
