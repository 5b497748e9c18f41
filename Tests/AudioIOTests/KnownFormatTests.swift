import AudioIO
import ExplainedErrors
import Foundation
import Signal
import TestSupport
import Testing

/// Files that are recognised although they are not read: nobody may take them for samples without a header.
@Suite struct KnownFormatTests {
  private static func error(_ bytes: [UInt8]) throws -> AudioIOError {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "file")
    return try #require(throws: AudioIOError.self) { try AudioReader(path: path).readAll() }
  }

  private static func format(_ bytes: [UInt8]) throws -> String? {
    let error = try error(bytes)
    guard case .otherFormat(_, let format, _, _) = error else { return nil }
    #expect(error.kind == .badInput)
    #expect(error.hint?.contains("--raw") != true)
    return format
  }

  @Test(
    arguments: [
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], "a PNG picture"),
      ([0, 0, 0, 24] + Array("ftypM4A ".utf8) + [0, 0, 2, 0], "an MP4 file"),
      (Array("wvpk".utf8) + [UInt8](repeating: 7, count: 40), "WavPack blocks"),
      (Array("Zwölf Boxkämpfer\n".utf8), "text"), (Array("Grü".utf8.dropLast()), "text"),
      ([0xFF, 0xFE, 0x61, 0, 0x62, 0], "text"),
    ] as [([UInt8], String)])
  func beginningsAreRecognised(bytes: [UInt8], format: String) throws {
    #expect(try Self.format(bytes) == format)
  }

  @Test func endsOfFilesAreRecognised() throws {
    let opus = try [UInt8](file: TestAudio.fixture("tone.opus"))
    #expect(try Self.format(Array(opus.dropFirst(100))) == "Ogg pages without their beginning")
    let folder = try TemporaryFolder()
    let writer = try AudioWriter(path: folder.file("a.flac"), sampleRateHz: 44_100, channelCount: 1)
    try writer.write(TestAudio.noise(count: 60_000))
    try writer.finish()
    let flac = try [UInt8](file: folder.file("a.flac"))
    #expect(
      try Self.format(Array(flac.suffix(flac.count * 2 / 3))) == "FLAC frames without the header of their file")
  }

  @Test func otherBytesMayBeSamples() throws {
    var bytes: [UInt8] = []
    for sample in TestAudio.tones(count: 5000).channels[0] { bytes.little(Int(sample * 32_768), 2) }
    let error = try Self.error(Array(bytes.dropFirst(200)))
    guard case .notAudio = error else { throw error }
    #expect(error.hint?.contains("--raw") == true)
  }

  /// Only programs read these: without them the hint names one.
  @Test func hintNamesTheProgramThatMayReadIt() throws {
    let error = try Self.error([0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 9, count: 100))
    #expect(error.hint?.hasPrefix("ffmpeg reads more formats") == true)
    #expect(try Self.error([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).hint == nil)
  }
}
