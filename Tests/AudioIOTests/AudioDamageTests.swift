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
    let reader = try AudioReader(descriptor: pipe.descriptor, name: "pipe", stopsAtDamage: false)
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
}
