import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// Readers that go on at damage.
@Suite struct AudioDamageTests {
  /// A file of 32 samples of which 3 are there.
  @Test func anInputThatEndsTooEarlyGivesWhatIsThere() throws {
    let bytes = [UInt8].wav(riffByteCount: 100, dataByteCount: 64, data: [1, 0, 2, 0, 3, 0])
    let pipe = FilledPipe(bytes: bytes)
    let reader = try AudioReader(pipe, stopsAtDamage: false)
    #expect(try reader.readAll().channels == [[1, 2, 3].map { Float($0) / 32_768 }])
    let damage = AudioDamage(
      samplePosition: 3, sampleCount: 29, sampleRateHz: 8000, isCutOff: true, reason: "ends too early")
    #expect(reader.damages == [damage])
    #expect(damage.description == "damaged: ends too early; lost from 0.0 to 0.004 s")
    #expect(try reader.read(upTo: 10) == nil)
    #expect(reader.damages.count == 1)
  }

  @Test func aSecondPassMeetsTheSameDamage() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8].wav(riffByteCount: 100, dataByteCount: 64, data: [1, 0, 2, 0, 3])
    let reader = try AudioReader(path: folder.write(bytes, to: "short.wav"), stopsAtDamage: false)
    let first = try reader.readAll()
    let damages = reader.damages
    #expect(first.sampleCount == 2)
    #expect(damages.map(\.sampleCount) == [30])
    try reader.rewind()
    #expect(reader.damages == [])
    #expect(try reader.readAll() == first)
    #expect(reader.damages == damages)
  }

  @Test func damageIsDescribedWithItsTime() {
    func text(_ count: Int?, isCutOff: Bool) -> String {
      AudioDamage(
        samplePosition: 66_150, sampleCount: count, sampleRateHz: 44_100, isCutOff: isCutOff, reason: "a hole"
      ).description
    }
    #expect(text(4410, isCutOff: false) == "damaged: a hole; silence from 1.5 to 1.6 s")
    #expect(text(0, isCutOff: false) == "damaged: a hole, at 1.5 s")
    #expect(text(4410, isCutOff: true) == "damaged: a hole; lost from 1.5 to 1.6 s")
    #expect(text(nil, isCutOff: true) == "damaged: a hole; it ends after 1.5 s")
  }

  /// Two seconds of noise at 44.1 kHz, written by libsndfile.
  private func noise(_ name: String, in folder: TemporaryFolder) throws -> (bytes: [UInt8], audio: AudioBuffer) {
    let path = folder.file("whole.\(name)")
    let writer = try AudioWriter(path: path, sampleRateHz: 44_100, channelCount: 2)
    try writer.write(TestAudio.noise(channelCount: 2, count: 88_200))
    try writer.finish()
    return (try [UInt8](file: path), try AudioReader(path: path).readAll())
  }

  /// One wrong byte in a frame: libFLAC drops that frame and at most the next, everything else is as in the whole file.
  @Test func aWrongByteInFLACCostsTwoFrames() throws {
    let folder = try TemporaryFolder()
    let (bytes, whole) = try noise("flac", in: folder)
    var damaged = bytes
    damaged[bytes.count / 2] ^= 0x10
    let reader = try AudioReader(path: folder.write(damaged, to: "damaged.flac"), stopsAtDamage: false)
    let audio = try reader.readAll()
    try #require(reader.damages.count == 1, "\(reader.damages)")
    let damage = reader.damages[0]
    #expect([4096, 8192].contains(damage.sampleCount))
    #expect(damage.samplePosition % 4096 == 0)
    try expect(audio, toBe: whole, exceptFor: reader.damages)
    #expect(throws: AudioIOError.self) { try AudioReader(path: folder.file("damaged.flac")).readAll() }
  }

  /// 20 000 bytes taken out: the time behind the hole is kept.
  @Test func aHoleInFLACKeepsTheTime() throws {
    let folder = try TemporaryFolder()
    var (bytes, whole) = try noise("flac", in: folder)
    bytes.removeSubrange(100_000..<120_000)
    let reader = try AudioReader(path: folder.write(bytes, to: "hole.flac"), stopsAtDamage: false)
    let audio = try reader.readAll()
    #expect(reader.damages.count == 1)
    #expect(reader.damages.allSatisfy { ($0.sampleCount ?? 0) % 4096 == 0 && !$0.isCutOff })
    try expect(audio, toBe: whole, exceptFor: reader.damages)
  }

  @Test func aCutFLACSaysWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    let (bytes, whole) = try noise("flac", in: folder)
    let cut = try folder.write(Array(bytes.prefix(bytes.count * 3 / 5)), to: "cut.flac")
    let reader = try AudioReader(path: cut, stopsAtDamage: false)
    let audio = try reader.readAll()
    #expect(audio == whole.slice(0..<audio.sampleCount))
    #expect(audio.sampleCount % 4096 == 0 && audio.sampleCount > 44_100)
    let damage = try #require(reader.damages.first)
    #expect(damage.samplePosition == audio.sampleCount)
    #expect(damage.samplePosition + (damage.sampleCount ?? 0) == 88_200)
    #expect(damage.isCutOff && reader.damages.count == 1)
  }

  /// A page with a wrong byte, and a page that is gone, in Vorbis and in Opus.
  @Test(arguments: ["ogg", "opus"], [true, false]) func aLostOggPageKeepsTheTime(name: String, isGone: Bool) throws {
    let folder = try TemporaryFolder()
    let (bytes, whole) =
      try name == "opus"
      ? ([UInt8](file: TestAudio.fixture("tone.opus")), AudioReader(path: TestAudio.fixture("tone.opus")).readAll())
      : noise("ogg", in: folder)
    let pages = bytes.indices.dropLast(4).filter { bytes[$0..<$0 + 4].elementsEqual("OggS".utf8) }
    let page = pages[pages.count / 2]..<pages[pages.count / 2 + 1]
    var damaged = bytes
    if isGone { damaged.removeSubrange(page) } else { damaged[page.upperBound - 10] ^= 0x40 }
    let reader = try AudioReader(path: folder.write(damaged, to: "damaged"), stopsAtDamage: false)
    let audio = try reader.readAll()
    #expect(audio.sampleCount == whole.sampleCount)
    try #require(reader.damages.count == 1, "\(reader.damages)")
    let damage = reader.damages[0]
    let lost = try #require(damage.sampleCount)
    #expect(lost > 0 && lost <= 96_000 && !damage.isCutOff)
    // A decoder needs some packets until its samples are those of the whole file.
    let end = damage.samplePosition + lost + 9600
    #expect(
      TestAudio.largestDifference(
        audio.slice(0..<damage.samplePosition), whole.slice(0..<damage.samplePosition)) == 0)
    let rest = TestAudio.largestDifference(
      audio.slice(end..<audio.sampleCount), whole.slice(end..<whole.sampleCount))
    #expect(rest < 0.01, "\(rest)")
    try reader.rewind()
    #expect(try reader.readAll() == audio)
  }

  /// 4000 samples of a tone in frames of Ogg FLAC; the same tone with a byte of its last page wrong.
  @Test func oggFLACIsRead() throws {
    let reader = try AudioReader(path: TestAudio.fixture("tone.oga"))
    #expect(reader.formatDescription == "Ogg FLAC, 16 bit")
    #expect(reader.sampleCount == 4000)
    let audio = try reader.readAll()
    try #require(audio.sampleCount == 4000)
    // A peak of 0.3 every 8000 / 440 samples, in 16 bits. Sox resampled it: its filter rings at both ends.
    let difference = (100..<3900).map { index in
      abs(audio.channels[0][index] - Float(0.3 * sin(2 * Double.pi * 440 * Double(index) / 8000)))
    }
    #expect(difference.max() ?? 1 < 1e-4)
    let folder = try TemporaryFolder()
    let bytes = try [UInt8](file: TestAudio.fixture("tone.oga"))
    let twice = try AudioReader(path: folder.write(bytes + bytes, to: "twice.oga"))
    #expect(try twice.readAll().sampleCount == 8000)
    let cut = try folder.write(Array(bytes.dropLast(40)), to: "cut.oga")
    #expect(throws: AudioIOError.self) { try AudioReader(path: cut).readAll() }
  }

  /// Two files in one: the sound of both, with a word on the bytes between them.
  @Test func joinedFLACIsReadToItsEnd() throws {
    let folder = try TemporaryFolder()
    let (bytes, whole) = try noise("flac", in: folder)
    let reader = try AudioReader(path: folder.write(bytes + bytes, to: "joined.flac"), stopsAtDamage: false)
    let audio = try reader.readAll()
    #expect(audio.channels == whole.channels.map { $0 + $0 })
    #expect(reader.damages.map(\.samplePosition) == [88_200])
    #expect(reader.damages.map(\.sampleCount) == [0])
  }

  private func expect(
    _ audio: AudioBuffer, toBe whole: AudioBuffer, exceptFor damages: [AudioDamage]
  ) throws {
    try #require(audio.sampleCount == whole.sampleCount)
    var expected = whole
    for damage in damages {
      for index in damage.samplePosition..<damage.samplePosition + (damage.sampleCount ?? 0) {
        for channel in expected.channels.indices { expected.channels[channel][index] = 0 }
      }
    }
    #expect(audio == expected)
  }
}
