import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// Loudspeakers that files name for their channels.
@Suite struct SpeakerLayoutTests {
  private static let plain: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
  private static let ambisonic: [UInt8] = [0, 0, 0x21, 0x07, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0]

  /// WAV of 16 bits with a channel mask (`WAVE_FORMAT_EXTENSIBLE`).
  private static func extensible(mask: Int, channelCount: Int, subformatTail: [UInt8] = plain) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.text("RIFF")
    bytes.little(60 + 2 * channelCount, 4)
    bytes.text("WAVEfmt ")
    bytes.little(40, 4)
    for value in [0xFFFE, channelCount] { bytes.little(value, 2) }
    for value in [48_000, 96_000 * channelCount] { bytes.little(value, 4) }
    for value in [2 * channelCount, 16, 22, 16] { bytes.little(value, 2) }
    bytes.little(mask, 4)
    bytes.little(1, 2)
    bytes += subformatTail
    bytes.text("data")
    bytes.little(2 * channelCount, 4)
    return bytes + [UInt8](repeating: 1, count: 2 * channelCount)
  }

  /// CAF of 16 bits with a channel layout chunk.
  private static func caf(layoutTag: UInt32, channelCount: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    func big(_ value: Int, _ byteCount: Int) {
      for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    func chunk(_ name: String, _ byteCount: Int) {
      bytes.text(name)
      big(byteCount, 8)
    }
    bytes.text("caff")
    big(0x0001_0000, 4)
    chunk("desc", 32)
    big(Int(bitPattern: UInt(48_000.0.bitPattern)), 8)
    bytes.text("lpcm")
    for value in [0, 2 * channelCount, 1, channelCount, 16] { big(value, 4) }
    chunk("chan", 12)
    for value in [Int(layoutTag), 0, 0] { big(value, 4) }
    chunk("data", 4 + 8 * channelCount)
    return bytes + [UInt8](repeating: 0, count: 4 + 8 * channelCount)
  }

  private func layout(_ bytes: [UInt8]) throws -> SpeakerLayout? {
    let folder = try TemporaryFolder()
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a")))
    let ofFile = try AudioReader(path: folder.file("a")).speakerLayout
    #expect(try AudioReader(FilledPipe(bytes: bytes)).speakerLayout == ofFile)
    return ofFile
  }

  @Test func aChannelMaskDecides() throws {
    #expect(
      try layout(Self.extensible(mask: 0x137, channelCount: 6))?.positions
        == [.frontLeft, .frontRight, .frontCentre, .backLeft, .backRight, .backCentre])
    #expect(try layout(Self.extensible(mask: 0x3F, channelCount: 6)) == .usual(channelCount: 6))
  }

  @Test func anEmptyMaskAndAmbisonicsNameNoLoudspeakers() throws {
    #expect(try layout(Self.extensible(mask: 0, channelCount: 6)) == nil)
    #expect(try layout(Self.extensible(mask: 0x33, channelCount: 4, subformatTail: Self.ambisonic)) == nil)
  }

  @Test func withoutAMaskTheNumberOfChannelsDecides() throws {
    let plain = [UInt8].wav(dataByteCount: 24, channelCount: 6, data: [UInt8](repeating: 1, count: 24))
    #expect(try layout(plain) == .usual(channelCount: 6))
    let pipe = FilledPipe(bytes: [UInt8](repeating: 1, count: 30))
    let raw = try AudioReader(pipe, raw: RawAudioFormat(parsing: "8000:5:s16le"))
    #expect(raw.speakerLayout == .usual(channelCount: 5))
  }

  @Test func aCAFLayoutDecides() throws {
    // kCAFChannelLayoutTag_MPEG_5_1_B: L R Ls Rs C LFE.
    #expect(
      try layout(Self.caf(layoutTag: 122 << 16 | 6, channelCount: 6))?.positions
        == [.frontLeft, .frontRight, .backLeft, .backRight, .frontCentre, .lowFrequency])
  }

  @Test(arguments: ["a.flac", "a.ogg", "a.au", "a.w64", "a.aiff", "a.caf"])
  func writtenSurroundHasTheUsualLayout(name: String) throws {
    let folder = try TemporaryFolder()
    let writer = try AudioWriter(path: folder.file(name), sampleRateHz: 48_000, channelCount: 6)
    try writer.write(TestAudio.tones(channelCount: 6, sampleRateHz: 48_000))
    try writer.finish()
    #expect(try AudioReader(path: folder.file(name)).speakerLayout == .usual(channelCount: 6))
  }

  @Test func opusSurroundHasTheUsualLayout() throws {
    #expect(
      try AudioReader(path: TestAudio.fixture("six-channels.opus")).speakerLayout == .usual(channelCount: 6))
  }
}
