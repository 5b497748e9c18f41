import Archive
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveTimeTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, 0), ("2026-11-23T12:00:00+01:00", 1_795_431_600_000_000, 60),
    ("2026-11-23T12:00:00.25-03:30", 1_795_447_800_250_000, -210),
    ("1999-12-31T23:59:59.999999Z", 946_684_799_999_999, 0),
    ("2000-02-29T00:00:00Z", 951_782_400_000_000, 0), ("1600-03-01T00:00:00Z", -11_670_912_000_000_000, 0),
    ("2999-12-31T23:59:59.999999Z", 32_503_679_999_999_999, 0), ("1000-01-01T00:00:00Z", -30_610_224_000_000_000, 0),
  ])
  func readsAndWritesRFC3339(text: String, microseconds: Int, offset: Int) throws {
    let time = ArchiveTime(microseconds: microseconds, utcOffsetMinutes: offset)
    #expect(ArchiveTime(rfc3339: text) == time)
    #expect(time.description == text)
  }

  @Test func acceptsAllFormsOfTheRFC() {
    let noon = ArchiveTime(rfc3339: "2026-11-23T12:00:00Z")
    #expect(ArchiveTime(rfc3339: "2026-11-23t12:00:00z") == noon)
    #expect(ArchiveTime(rfc3339: "2026-11-23 12:00:00.0000000009Z") == noon)
    #expect(ArchiveTime(rfc3339: "2016-12-31T23:59:60Z") == ArchiveTime(rfc3339: "2017-01-01T00:00:00Z"))
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-11-23T12:00:00", "2026-11-23T12:00Z", "2026-02-29T12:00:00Z", "2026-13-01T00:00:00Z",
    "2026-11-23T24:00:00Z", "2026-11-23T12:60:00Z", "2026-11-23T12:00:61Z", "2026-11-23T12:00:00.Z",
    "2026-11-23T12:00:00+1:00", "2026-11-23T12:00:00+24:00", "2026-11-23T12:00:00Zx", "1900-02-29T00:00:00Z",
    "２026-11-23T12:00:00Z",
  ])
  func rejectsInvalidTimes(text: String) { #expect(ArchiveTime(rfc3339: text) == nil) }

  @Test func durationsAreAddedAndSubtracted() {
    let time = ArchiveTime(microseconds: 1_000_000, utcOffsetMinutes: 60)
    #expect(time.adding(sampleCount: 12_000, rateHz: 8_000).microseconds == 2_500_000)
    #expect(time.subtracting(sampleCount: 12_000, rateHz: 8_000).microseconds == -500_000)
    #expect(time.subtracting(sampleCount: 1, rateHz: 3) == ArchiveTime(microseconds: 666_667, utcOffsetMinutes: 60))
    #expect(time.subtracting(sampleCount: .max, rateHz: 1).microseconds == 1_000_000 - 1 << 55)
  }

  /// Comparison with Foundation's calendar.
  @Test func agreesWithFoundation() throws {
    let formatter = ISO8601DateFormatter()
    var random = SeededGenerator(seed: 9)
    for _ in 0..<2_000 {
      // From 1583 on: Foundation uses the Julian calendar before.
      let seconds = Int.random(in: -12_212_553_600...32_503_679_999, using: &random)
      let text = ArchiveTime(microseconds: seconds * 1_000_000).description
      #expect(text == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
      #expect(ArchiveTime(rfc3339: text)?.microseconds == seconds * 1_000_000)
    }
  }
}
