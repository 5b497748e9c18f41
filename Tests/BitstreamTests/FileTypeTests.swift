import Bitstream
import Foundation
import TestSupport
import Testing
import Tokens

/// Tests of `formats/vampc.magic` and `formats/vampc-mime.xml` with the programs that read such files.
@Suite struct FileTypeTests {
  /// Returns the output of file(1) for the files in the folder, by name.
  private func file(_ options: [String], _ names: [String], _ program: ExternalProgram) throws -> [String: String] {
    let magic = ExternalProgram.formatsFolder.appending(path: "vampc.magic").path
    let outcome = try program.run(["file", "-m", magic] + options + names)
    try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome) (scripts/install --tests installs file)")
    return Dictionary(
      uniqueKeysWithValues: outcome.output.split(separator: "\n").map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
      })
  }

  @Test func fileNamesEveryValidFixture() throws {
    let program = try ExternalProgram()
    let names = try ContainerFixtures.names(in: "valid")
    for name in names { try program.write(try ContainerFixtures.read("valid/\(name).vampc"), to: name) }
    let found = try file([], names, program)
    for name in names { #expect(found[name]?.hasPrefix("vampc neural audio, version 1") == true, "\(name)") }
    #expect(found["worked-example"] == "vampc neural audio, version 1, 48000 Hz, stereo")
    #expect(found["everything-spelled-out"] == "vampc neural audio, version 1")
    #expect(found["tags"] == "vampc neural audio, version 1, tagged")
    let types = try file(["--mime-type"], names, program)
    #expect(Set(types.values) == ["audio/vnd.vampc"])
  }

  @Test func fileSaysRateAndChannels() throws {
    let program = try ExternalProgram()
    var expected: [String: String] = [:]
    let rates = [
      8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000,
    ]
    for (index, rate) in rates.enumerated() {
      for (seed, channels) in [(0, 2), (7, 1 + index % 15)] {
        let header = StreamHeader(
          codecHash: SampleStream.codecHash, generatorHash: nil, geometry: SampleStream.defaultGeometry,
          prompt: CompressionPrompt(codebookCount: 1, period: 1), sourceSampleRateHz: rate,
          sourceChannelCount: channels, sampler: .modelDefault(seed: UInt32(seed)))
        // These numbers of frames give record lengths of 1, 2 and 3 bytes.
        var random = SeededGenerator(seed: UInt64(index))
        let frameCount = [3, 1_000, 20_000][index % 3]
        let sample = SampleStream.random(header, frameCount: frameCount, blockFrames: frameCount, using: &random)
        let name = "\(rate)-\(seed)-\(channels)"
        try program.write(try sample.encoded(), to: name)
        let layout = channels == 1 ? "mono" : channels == 2 ? "stereo" : "\(channels) channels"
        expected[name] = "vampc neural audio, version 1, \(rate) Hz, \(layout)"
      }
    }
    #expect(try file([], expected.keys.sorted(), program) == expected)
  }

  @Test func fileRecognisesNoOtherFormatAsContainer() throws {
    let program = try ExternalProgram()
    let whole = try ContainerFixtures.read("valid/worked-example.vampc")
    try program.write(Array(whole.dropFirst()), to: "cut")
    try program.write(try ContainerFixtures.read("invalid/riff-file.vampc"), to: "riff")
    try program.write([0xF5, 0x56, 0x43, 0x0F] + whole[4...], to: "version-0")
    try program.write([0xF5, 0x56, 0x43, 0x2F] + whole[4...], to: "version-2")
    let found = try file([], ["cut", "riff", "version-0", "version-2"], program)
    for name in ["cut", "riff", "version-0"] { #expect(found[name]?.contains("vampc") == false, "\(found)") }
    #expect(found["version-2"] == "vampc neural audio of a later version")
  }

  @Test func theMIMEDatabaseKnowsContainers() throws {
    let program = try ExternalProgram()
    let description = ExternalProgram.formatsFolder.appending(path: "vampc-mime.xml")
    try program.write([UInt8](try Data(contentsOf: description)), to: "share/mime/packages/vampc-mime.xml")
    let update = try program.run(["update-mime-database", "share/mime"])
    try #require(update.status == 0, "\(update) (scripts/install --tests installs shared-mime-info)")
    let whole = try ContainerFixtures.read("valid/worked-example.vampc")
    for name in ["stream", "stream.vampc", "stream.vampa"] { try program.write(whole, to: name) }
    try program.write(Array("no container\n".utf8), to: "text")
    let share = program.folder.appending(path: "share").path
    func type(of name: String) throws -> String {
      let outcome = try program.run(
        ["gio", "info", "-a", "standard::content-type", name], environment: ["XDG_DATA_HOME": share])
      try #require(outcome.status == 0, "\(outcome) (scripts/install --tests installs gio)")
      return outcome.output.split(separator: " ").last?.trimmingCharacters(in: .newlines) ?? ""
    }
    #expect(try type(of: "stream") == "audio/vnd.vampc")
    #expect(try type(of: "stream.vampc") == "audio/vnd.vampc")
    #expect(try type(of: "stream.vampa") == "audio/vnd.vampc.archive")
    #expect(try !type(of: "text").contains("vampc"))
    #expect(try program.readText("share/mime/subclasses").contains("audio/vnd.vampc.archive audio/vnd.vampc\n"))
  }
}
