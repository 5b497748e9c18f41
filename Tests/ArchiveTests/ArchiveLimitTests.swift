import Archive
import Bitstream
import Foundation
import TestSupport
import Testing

/// Tests of numbers and names at the limits of the format: none may stop later appends.
@Suite struct ArchiveLimitTests {
  @Test func refusesBlocksBehindTheLastFrameNumber() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 80)
    let header = TestStream.header()
    var encoder = try StreamEncoder(header: header)
    let block = TestStream.block(header, StreamLimits.frameNumber - 1, 4, using: &random)
    let bytes = try encoder.encode(block)
    let writer = try place.writer()
    try writer.append("a", hour(0), try TestStream.bytes(using: &random))
    let before = try place.bytes()
    try writer.begin(name: "b", start: hour(1))
    #expect(throws: BitstreamError.self) { try writer.append(bytes) }
    #expect(try writer.finishCutOff() == nil)
    #expect(try place.bytes() == before)
  }

  /// Earlier versions wrote such blocks; the next append and a repair end the recording in front of them.
  @Test func closesRecordingsOfEarlierVersions() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 81)
    let header = TestStream.header()
    let stream = try TestStream.bytes(using: &random)
    try place.writer().append("a", hour(0), stream)
    let before = try place.bytes()
    let last = StreamLimits.frameNumber
    var encoder = try StreamEncoder(header: header)
    let good = try encoder.encode(TestStream.block(header, last - 5, 4, using: &random))
    let bad = try encoder.encode(TestStream.block(header, last - 1, 4, using: &random))
    let label = ForeignRecord.bytes(type: 3, [0, 0] + Array("endless".utf8))
    for (tail, names) in [(label + good + bad, ["endless", "a", "b"]), (label + good, ["endless", "a", "b"])] {
      try place.write(before + tail)
      try place.writer().append("b", hour(2), stream)
      let reader = try ArchiveReader(try place.bytes())
      #expect(try reader.all().map(\.name) == names)
      #expect(try StreamSummary.verify(try #require(try reader.stream(named: "endless"))).count == 1)
      #expect(try verification(of: try place.bytes()).faults.map(\.description) == [])
      let clean = try ArchivePlace()
      var repair = ArchiveRepair(before + tail, into: try clean.writer())
      _ = try repair.run { _ in }
      #expect(try verification(of: try clean.bytes()).faults.map(\.description) == [])
      #expect(try ArchiveReader(try clean.bytes()).stream(named: "a") == stream)
    }
    // A recording without any block that could stay is cut off.
    var other = try StreamEncoder(header: header)
    let alone = try other.encode(TestStream.block(header, last - 1, 4, using: &random))
    try place.write(before + label + alone)
    try place.writer().append("b", hour(2), stream)
    #expect(try ArchiveReader(try place.bytes()).all().map(\.name) == ["a", "b"])
  }

  /// A recording in the year 1000, and one in 2999 with the largest number of samples, in one run.
  @Test(arguments: [1, 8_000, 16_777_216])
  func longestSpansFitTheIndex(_ rateHz: Int) throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 82)
    let header = TestStream.header(rateHz: rateHz)
    func stream(_ sampleCount: Int) throws -> [UInt8] {
      var encoder = try StreamEncoder(header: header)
      return try encoder.encode(TestStream.block(header, 0, 4, using: &random), endingAt: sampleCount)
    }
    let limits = ArchiveLimits.startMicroseconds
    let writer = try place.writer()
    try writer.append("old", ArchiveTime(microseconds: limits.lowerBound), try stream(1))
    let far = try writer.append(
      "far", ArchiveTime(microseconds: limits.upperBound), try stream(StreamLimits.sampleCount))
    #expect(far.end.microseconds <= ArchiveLimits.latestEndMicroseconds)
    for index in 0..<80 { try writer.append("n\(index)", hour(index), try stream(800)) }
    let bytes = try place.bytes()
    let reader = try ArchiveReader(bytes)
    #expect(try reader.all().count == 82)
    #expect(try reader.all(in: limits.upperBound..<limits.upperBound + 1).map(\.name).contains("far"))
    #expect(try reader.recording(named: "far")?.sampleCount == StreamLimits.sampleCount)
    #expect(try verification(of: bytes).faults.map(\.description) == [])
    let clean = try ArchivePlace()
    var repair = ArchiveRepair(bytes, into: try clean.writer())
    #expect(try repair.run { _ in })
  }

  /// A second stream would start behind the year 2999.
  @Test func refusesSeriesBehindTheLastYear() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 83)
    let header = TestStream.header(rateHz: 1)
    var bytes: [UInt8] = []
    for _ in 0..<2 {
      var encoder = try StreamEncoder(header: header)
      bytes += try encoder.encode(
        TestStream.block(header, 0, 4, using: &random), endingAt: StreamLimits.sampleCount)
    }
    let writer = try place.writer()
    let summaries = try StreamSummary.verify(bytes)
    #expect(throws: ArchiveError.badTime) { try ArchiveWriter.requireStorable(summaries, from: hour(0)) }
    try ArchiveWriter.requireStorable([summaries[0]], from: hour(0))
    try writer.begin(name: "a", start: hour(0))
    #expect(throws: ArchiveError.badTime) { try writer.append(bytes) }
    #expect(try ArchiveReader(try place.bytes()).all().map(\.name) == ["a"])
  }

  /// Names of 40 characters with the same CRC-32.
  private func namesOfOneHash(_ count: Int) throws -> [String] {
    let base = [UInt8](repeating: 0x70, count: 48)
    func hash(_ bytes: [UInt8]) -> UInt32 { ForeignRecord.checksum(bytes).reduce(0) { $0 << 8 | UInt32($1) } }
    let zero = hash(base)
    // CRC-32 is linear: the names whose differences add up to 0 are found by elimination.
    var rows: [(difference: UInt32, positions: UInt64)] = []
    var kernel: [UInt64] = []
    for index in base.indices {
      var toggled = base
      toggled[index] ^= 1
      var (difference, positions) = (hash(toggled) ^ zero, UInt64(1) << UInt64(index))
      for row in rows where difference ^ row.difference < difference {
        difference ^= row.difference
        positions ^= row.positions
      }
      if difference == 0 {
        kernel.append(positions)
      } else {
        rows.append((difference, positions))
        rows.sort { $0.difference > $1.difference }
      }
    }
    try #require(1 << kernel.count >= count)
    return (0..<count).map { number in
      let positions = kernel.indices.reduce(UInt64(0)) { $0 ^ (number >> $1 & 1 == 1 ? kernel[$1] : 0) }
      let bytes = base.indices.map { base[$0] ^ UInt8(positions >> UInt64($0) & 1) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test func anyNumberOfNamesMayShareAHash() throws {
    let names = try namesOfOneHash(300)
    #expect(Set(names.map { ForeignRecord.checksum(Array($0.utf8)) }).count == 1)
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 84)
    let stream = try TestStream.bytes(blockCount: 1, using: &random)
    let writer = try place.writer()
    for (index, name) in names.enumerated() { try writer.append(name, hour(index), stream) }
    let bytes = try place.bytes()
    let reader = try ArchiveReader(bytes)
    #expect(reader.entryCount == names.count)
    for name in names { #expect(try reader.recording(named: name)?.name == name) }
    #expect(try verification(of: bytes).faults.map(\.description) == [])
  }
}
