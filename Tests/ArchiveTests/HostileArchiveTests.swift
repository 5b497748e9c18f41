import Archive
import Bitstream
import Foundation
import TestSupport
import Testing
import Tokens

/// Tests of archives made to be expensive, and of random bytes.
@Suite struct HostileArchiveTests {
  /// Calls all functions of a reader.
  private func readAll(_ bytes: [UInt8]) {
    _ = try? verification(of: bytes)
    guard let reader = try? ArchiveReader(bytes) else { return }
    _ = try? reader.recording(named: "r3")
    let list = (try? reader.all(in: Int.min..<Int.max)) ?? []
    _ = try? reader.all()
    for recording in list.prefix(20) {
      _ = try? reader.extract(recording) { _ in }
      let middle = recording.start.microseconds + 50_000
      _ = try? reader.excerpt(of: recording, in: middle..<middle + 1, write: { _ in })
      _ = try? reader.excerpt(of: recording, in: Int.min..<Int.max, write: { _ in })
    }
  }

  /// Random fields with correct checksums.
  @Test func survivesInvalidFieldsWithCorrectChecksums() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 14)
    do {
      let writer = try place.writer()
      for index in 0..<40 {
        try writer.append("r\(index)", hour(index), try TestStream.bytes(blockCount: 1, using: &random))
      }
    }
    let bytes = try place.bytes()
    let starts = bytes.indices.filter { bytes[$0...].starts(with: [0xF5, 0x56, 0x43, 0x10]) && bytes[$0 + 5] >= 3 }
    let began = Date()
    for round in 0..<3_000 {
      var damaged = bytes
      // Some bytes of an ancillary record change, and its checksum is corrected.
      for _ in 0...round % 3 {
        let start = try #require(starts.randomElement(using: &random))
        var count = Int(damaged[start + 4])
        var body = start + 5
        if count >= 128 {
          count = count & 127 | Int(damaged[body]) << 7
          body += 1
        }
        guard body + count + 4 <= damaged.count, count > 1, count < 5_000 else { continue }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: body + 1..<body + count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        damaged.replaceSubrange(
          body + count..<body + count + 4, with: ForeignRecord.checksum(Array(damaged[start..<body + count])))
      }
      readAll(damaged)
    }
    #expect(Date().timeIntervalSince(began) < 120)
  }

  /// A root with 32 runs that share one directory of many pages.
  @Test func manyRunsAreCheap() throws {
    func varint(_ value: Int) -> [UInt8] {
      value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
    }
    let pageCount = 16_384
    let pages: [UInt8] = (0..<pageCount).flatMap { _ in [1, 1, 0, 0] as [UInt8] }
    let data = varint(pageCount) + pages + varint(pageCount) + [UInt8](repeating: 1, count: pageCount)
    let stream = [UInt8](repeating: 0, count: 20 << 20)
    let directory = ForeignRecord.bytes(type: 7, [0] + data)
    let place = stream.count
    let root = place + directory.count
    let numbers = [0, pageCount, place, directory.count, 0, 0]
    let run = numbers.flatMap(varint)
    let runs: [UInt8] = (0..<32).flatMap { _ in run }
    let section: [UInt8] = varint(32) + runs + [0]
    let bytes = stream + directory + ForeignRecord.bytes(type: 8, varint(root) + [0] + section)
    let began = Date()
    let reader = try ArchiveReader(bytes)
    #expect(reader.entryCount == 32 * pageCount)
    #expect(throws: BitstreamError.self) { _ = try reader.recording(named: "a") }
    #expect(throws: BitstreamError.self) { _ = try reader.all() }
    #expect(Date().timeIntervalSince(began) < 5)
  }

  /// A trailer may state fewer samples than the blocks cover, and an index a shorter duration.
  @Test func findsBlocksDespiteWrongLengths() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 16)
    let header = TestStream.header(codebooks: 4)
    var encoder = try StreamEncoder(header: header)
    let writer = try place.writer()
    try writer.begin(name: "short", start: hour(0))
    for index in 0..<60 {
      try writer.append(try encoder.encode(TestStream.block(header, index * 100, 100, using: &random)))
    }
    try writer.append(try encoder.finish(sampleCount: 1))
    let entry = try writer.finish()
    let reader = try ArchiveReader(try place.bytes())
    for second in [1, 30, 60, 100, 1_000] {
      let from = entry.start.microseconds + second * 1_000_000
      var bytes: [UInt8] = []
      let result = try reader.excerpt(of: entry, in: from..<from + 1) { bytes += $0 }
      #expect(result.damage.isEmpty)
      #expect(result.frameCount == (second <= 100 ? 100 : 0))
    }
  }

  /// Stream of blocks with a million tokens in some 20 bytes each: more than the reading budget from block 18 on.
  private func costlyStream(blockCount: Int) throws -> [UInt8] {
    let frameCount = StreamLimits.blockTokenCount / TestStream.geometry.codebookCount
    var header = TestStream.header()
    header.prompt.period = 65_535
    var encoder = try StreamEncoder(header: header)
    var bytes: [UInt8] = []
    for index in 0..<blockCount {
      let frames = index * frameCount..<(index + 1) * frameCount
      bytes += try encoder.encode(
        StreamBlock(
          firstFrame: frames.lowerBound,
          mask: TokenMask(keeping: header.prompt, codebookCount: TestStream.geometry.codebookCount, frames: frames),
          grids: [TokenGrid(codebookCount: TestStream.geometry.codebookCount, frameCount: frameCount)]))
    }
    return bytes + (try encoder.finish(sampleCount: 1_000))
  }

  /// A recording that costs more than the reading budget is a fault of its own. It stops neither list nor append, and
  /// a repair keeps its beginning.
  @Test func costlyRecordingLocksNothing() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 16)
    let stream = try TestStream.bytes(using: &random)
    try place.writer().append("alpha", hour(0), stream)
    let costly = try costlyStream(blockCount: 40)
    let label = ForeignRecord.bytes(type: 3, [0, 0] + Array("costly".utf8))
    let bytes = try place.bytes() + label + costly

    #expect(throws: ReadingBudgetError.self) { try place.writer().append("refused", hour(1), costly) }
    try place.write(bytes)
    let reader = try ArchiveReader(bytes)
    #expect(try reader.all().map(\.name).sorted() == ["alpha", "costly"])
    #expect(try reader.stream(named: "alpha") == stream)
    let faults = try verification(of: bytes).faults.map(\.description)
    #expect(faults.contains { $0.hasPrefix("'costly': ") && $0.contains("tokens in") })

    let repaired = try ArchivePlace()
    var repair = ArchiveRepair(bytes, into: try repaired.writer())
    var outcomes: [String: Int] = [:]
    #expect(try repair.run { outcomes[$0.name] = $0.faults.count } == false)
    #expect(outcomes["alpha"] == 0 && (outcomes["costly"] ?? 0) > 0)
    #expect(try ArchiveReader(try repaired.bytes()).stream(named: "alpha") == stream)
    #expect(try verification(of: try repaired.bytes()).faults.map(\.description) == [])

    let writer = try place.writer()
    #expect(writer.recovery?.recordings.map(\.name) == ["costly"])
    try writer.append("next", hour(2), stream)
    let mended = try place.bytes()
    #expect(try ArchiveReader(mended).all().map(\.name).sorted() == ["alpha", "costly", "next"])
    #expect(try verification(of: mended).faults.map(\.description) == [])
    // 16 blocks are free, and the bytes of all blocks pay for one more.
    #expect(try verification(of: mended).blockCount == 3 + 17 + 3)
  }

  @Test func survivesRandomBytes() throws {
    var random = SeededGenerator(seed: 15)
    for count in [0, 1, 13, 14, 100, 5_000, 40_000] {
      readAll((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
      readAll((0..<count).map { [0xF5, 0x56, 0x43, 0x10][$0 % 4] })
    }
  }
}
