import AudioIO
import Foundation
import Signal
import Testing

/// Dates of Broadcast Wave files.
@Suite struct BroadcastOriginTests {
  /// WAV at 8 kHz whose `bext` chunk has a date, a time and a time reference in samples.
  private func reader(date: String, time: String, reference: Int, byteCount: Int = 602) throws -> AudioReader {
    var chunk = [UInt8](repeating: 0, count: 320)
    chunk.text(date)
    chunk.text(time)
    chunk.little(reference, 8)
    chunk = Array((chunk + [UInt8](repeating: 0, count: 602)).prefix(byteCount))
    var wav = [UInt8].wav(dataByteCount: 4, data: [1, 0, 2, 0])
    var bext: [UInt8] = []
    bext.text("bext")
    bext.little(byteCount, 4)
    wav.insert(contentsOf: bext + chunk + [UInt8](repeating: 0, count: byteCount % 2), at: 12)
    let reader = try AudioReader(FilledPipe(bytes: wav))
    #expect(try reader.readAll().sampleCount == 2)
    return reader
  }

  @Test(
    arguments: [
      // Origination time alone; the time reference at it, behind it by 10.5 s, of another timeline, and beyond the day.
      (0, 43_200_000_000), (345_600_000, 43_200_000_000), (345_684_000, 43_210_500_000), (28_800_000, 43_200_000_000),
      (691_200_000, 43_200_000_000), (-1, 43_200_000_000),
    ])
  func dateAndTimeAreRead(reference: Int, microseconds: Int) throws {
    let origin = try #require(
      try reader(date: "2026-11-01", time: "12:00:00", reference: reference).broadcastOrigin)
    #expect(origin.year == 2026 && origin.month == 11 && origin.day == 1)
    #expect(origin.microsecondsOfDay == microseconds)
  }

  @Test func separatorsAndLengthsAreFree() throws {
    #expect(
      try reader(date: "2026_11:01", time: "12-00 00", reference: 0, byteCount: 347).broadcastOrigin
        == reader(date: "2026-11-01", time: "12:00:00", reference: 0).broadcastOrigin)
  }

  @Test(
    arguments: [
      ("0000-00-00", "00:00:00"), ("2026-13-01", "12:00:00"), ("2026-11-01", "24:00:00"), ("2026-11-01", "12:0\0\0"),
    ])
  func impossibleDatesAreNone(date: String, time: String) throws {
    #expect(try reader(date: date, time: time, reference: 0).broadcastOrigin == nil)
  }

  @Test func shortChunksAndOtherFilesHaveNone() throws {
    #expect(try reader(date: "2026-11-01", time: "12:00:00", reference: 0, byteCount: 345).broadcastOrigin == nil)
    #expect(try AudioReader(path: TestAudio.fixture("tone.mp3")).broadcastOrigin == nil)
  }
}
