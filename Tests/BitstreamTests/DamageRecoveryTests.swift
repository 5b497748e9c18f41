import Bitstream
import TestSupport
import Testing

/// Tests of a lenient reader's damage reports, record by record.
@Suite struct DamageRecoveryTests {
  private let sample: SampleStream
  private let records: [[UInt8]]
  private let offsets: [Int]

  /// Stream of six blocks of 10 frames and a trailer record; blocks 0 and 1 have header sections.
  init() throws {
    var random = SeededGenerator(seed: 9)
    var sample = SampleStream.random(
      SampleStream.header(codebooks: 2), frameCount: 60, blockFrames: 10, using: &random)
    sample.foldsTrailer = false
    self.sample = sample
    records = try sample.encodedRecords().records
    offsets = records.reduce(into: [0]) { $0.append($0.last! + $1.count) }
  }

  private var trailer: StreamEvent {
    get throws { .trailer(try events(of: records.flatMap { $0 }).trailers[0]) }
  }

  private func blocks(_ range: Range<Int>) -> [StreamEvent] { sample.blocks[range].map { .block($0) } }

  private func damage(_ range: Range<Int>, _ frames: Range<Int>?, _ reason: BitstreamError) -> StreamEvent {
    .damage(StreamDamage(byteRange: range, lostFrames: frames, reason: reason))
  }

  private func spoiling(_ index: Int) -> [UInt8] {
    var records = records
    records[index][0] = 0
    return records.flatMap { $0 }
  }

  @Test func aDamagedBlockLosesItsFramesOnly() throws {
    let expected =
      [.header(sample.header)] + blocks(0..<2)
      + [damage(offsets[2]..<offsets[3], 20..<30, .missingSync(byteOffset: offsets[2]))] + blocks(3..<6)
      + [try trailer]
    #expect(try events(of: spoiling(2), policy: .lenient) == expected)
  }

  @Test func aDamagedFirstRecordLosesItsFramesOnly() throws {
    let expected =
      [.header(sample.header), damage(0..<offsets[1], 0..<10, .missingSync(byteOffset: 0))] + blocks(1..<6)
      + [try trailer]
    #expect(try events(of: spoiling(0), policy: .lenient) == expected)
  }

  @Test func aDamagedTrailerIsReportedAtTheEnd() throws {
    let expected =
      [.header(sample.header)] + blocks(0..<6)
      + [damage(offsets[6]..<offsets[7], nil, .missingSync(byteOffset: offsets[6]))]
    #expect(try events(of: spoiling(6), policy: .lenient) == expected)
  }

  @Test func trailerRevealsALostLastBlock() throws {
    let expected =
      [.header(sample.header)] + blocks(0..<5)
      + [damage(offsets[5]..<offsets[6], 50..<60, .missingSync(byteOffset: offsets[5])), try trailer]
    #expect(try events(of: spoiling(5), policy: .lenient) == expected)
  }

  @Test func garbageBetweenRecordsLosesNoFrame() throws {
    let garbage = [UInt8](repeating: 0xF5, count: 1_000)
    let bytes = records[0] + garbage + records[1...].joined()
    let damage = damage(
      offsets[1]..<offsets[1] + 1_000, nil, .missingSync(byteOffset: offsets[1]))
    let expected = [.header(sample.header)] + blocks(0..<1) + [damage] + blocks(1..<6) + [try trailer]
    #expect(try events(of: bytes, policy: .lenient) == expected)
  }

  @Test func findsRecordsInsideADamagedLength() throws {
    var bytes = records.flatMap { $0 }
    // The length of block 2 now includes blocks 3 and 4.
    bytes[offsets[2] + 4] = UInt8(offsets[5] - offsets[2] - 9)
    let found = try events(of: bytes, policy: .lenient)
    #expect(found.blocks == Array(sample.blocks[..<2]) + Array(sample.blocks[3...]))
    #expect(found.damages.map(\.byteRange) == [offsets[2]..<offsets[3]])
    #expect(found.damages.map(\.lostFrames) == [20..<30])
  }

  @Test func aStreamJoinedInTheMiddleBeginsAtItsNextHeader() throws {
    let found = try events(of: Array(records.joined().dropFirst(5)), policy: .lenient)
    #expect(found.headers == [sample.header])
    #expect(found.blocks == Array(sample.blocks[1...]))
    #expect(found.damages.map(\.lostFrames) == [0..<10])
  }

  @Test func lostEndDoesNotAffectTheNextStream() throws {
    let bytes = (records[..<3] + records).flatMap { $0 }
    let found = try events(of: bytes, policy: .lenient)
    #expect(found.headers.count == 2)
    #expect(found.blocks == Array(sample.blocks[..<3]) + sample.blocks)
    #expect(found.trailers.count == 1)
    #expect(found.damages.map(\.reason) == [.missingTrailer(byteOffset: offsets[3])])
  }

  @Test func noticesALostBoundaryBetweenEqualStreams() throws {
    // The end of one stream and the beginning of another with the same settings are lost.
    let bytes = (records[..<3] + records[1...]).flatMap { $0 }
    let found = try events(of: bytes, policy: .lenient)
    #expect(found.headers.count == 2)
    #expect(found.blocks == Array(sample.blocks[..<3]) + Array(sample.blocks[1...]))
    #expect(found.damages.map(\.lostFrames) == [nil, 0..<10])
  }

  /// False beginnings of records with large lengths, over several thousand bytes, pushed in chunks of any size.
  @Test(arguments: [1, 7, 1_000, 1_000_000]) func recordsBehindFalseBeginningsAreFound(chunkByteCount: Int) throws {
    var random = SeededGenerator(seed: 10)
    let garbage = (0..<900).flatMap { _ -> [UInt8] in
      [0xF5, 0x56, 0x43, 0x12] + RawRecord.varint(.random(in: 1...5_000, using: &random)) + [0, 0]
    }
    let bytes = records[0] + records[1] + garbage + records[3...].joined()
    var position = 0
    var reader = StreamReader(policy: .lenient) {
      defer { position = min(position + chunkByteCount, bytes.count) }
      return [UInt8](bytes[position..<min(position + chunkByteCount, bytes.count)])
    }
    var found: [StreamEvent] = []
    while let event = try reader.next() { found.append(event) }
    #expect(found.blocks == Array(sample.blocks[..<2]) + Array(sample.blocks[3...]))
    #expect(found.damages.map(\.byteRange) == [offsets[2]..<offsets[2] + garbage.count])
    #expect(found.damages.map(\.lostFrames) == [20..<30])
  }

  @Test func damageIsCounted() throws {
    var reader = StreamReader(spoiling(2), policy: .lenient)
    while try reader.next() != nil {}
    #expect(reader.statistics.damagedByteCount == records[2].count)
    #expect(reader.statistics.byteCount == offsets.last)
  }
}
