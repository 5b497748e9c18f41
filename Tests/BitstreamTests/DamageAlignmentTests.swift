import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of damage to a short stream, a long one, and one with many blocks. A strict reader throws. A lenient reader
/// loses only the damaged records, and all other frames keep their numbers.
@Suite struct DamageAlignmentTests {
  /// Stream with a block in every record, and the trailer in the last.
  struct Subject: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// Byte offsets of the records, then that of the end.
    let offsets: [Int]
    let hasHeader: [Bool]
    let header: StreamHeader
    let blocks: [StreamBlock]
    let trailer: StreamTrailer
    var testDescription: String { name }

    init(_ name: String, _ sample: SampleStream) throws {
      let records = try sample.encodedRecords().records
      let found = try events(of: records.flatMap { $0 })
      self.name = name
      bytes = records.flatMap { $0 }
      offsets = records.reduce(into: [0]) { $0.append($0.last! + $1.count) }
      hasHeader = records.map { $0[3] & 1 == 1 }
      (header, blocks, trailer) = (found.headers[0], found.blocks, found.trailers[0])
      precondition(blocks.count == records.count, "records without blocks")
    }

    /// Subjects: 4 frames; three minutes at 48 bit/s in one block; twelve seconds at 574 bit/s in ten blocks.
    static let all: [Subject] = {
      var random = SeededGenerator(seed: 2_718)
      do {
        let short = SampleStream.random(SampleStream.header(), frameCount: 4, blockFrames: 4, using: &random)
        let long = SampleStream.random(
          SampleStream.header(period: 12), frameCount: 10_336, blockFrames: 10_336, using: &random)
        let divided = SampleStream.random(SampleStream.header(), frameCount: 690, blockFrames: 69, using: &random)
        return try [Subject("short", short), Subject("long", long), Subject("divided", divided)]
      } catch {
        Issue.record("the streams cannot be written: \(error)")
        return []
      }
    }()

    /// Returns the findings of a lenient reader if all records in `hit`, and no others, are damaged.
    func expected(hitting hit: Set<Int>) -> [Finding] {
      // Records before the first intact header cannot be decoded.
      guard let first = blocks.indices.first(where: { hasHeader[$0] && !hit.contains($0) }) else {
        return [.damage(bytes: 0..<bytes.count, lostFrames: nil)]
      }
      var expected: [Finding] = [.header(header)]
      var index = 0
      while index < blocks.count {
        let end = blocks.indices[index...].first { $0 >= first && !hit.contains($0) } ?? blocks.count
        if end > index {
          let frames = blocks[index].firstFrame..<blocks[end - 1].frames.upperBound
          // The number of frames lost at the end is unknown.
          expected.append(
            .damage(bytes: offsets[index]..<offsets[end], lostFrames: end < blocks.count ? frames : nil))
        }
        if end < blocks.count { expected.append(.block(blocks[end])) }
        index = end + 1
      }
      if !hit.contains(blocks.count - 1) { expected.append(.trailer(trailer)) }
      return expected
    }

    /// Returns the findings of a lenient reader for the first `byteCount` bytes.
    func expected(cutAt byteCount: Int) -> [Finding] {
      let whole = blocks.indices.prefix { offsets[$0 + 1] <= byteCount }
      return (whole.isEmpty ? [] : [.header(header)]) + whole.map { .block(blocks[$0]) }
        + [.damage(bytes: offsets[whole.count]..<byteCount, lostFrames: nil)]
    }

    func recordIndex(ofByte index: Int) -> Int { offsets.lastIndex { $0 <= index }! }
  }

  /// Event, without the reason of damage.
  enum Finding: Equatable {
    case header(StreamHeader)
    case block(StreamBlock)
    case trailer(StreamTrailer)
    case damage(bytes: Range<Int>, lostFrames: Range<Int>?)

    init(_ event: StreamEvent) {
      switch event {
      case .header(let header): self = .header(header)
      case .block(let block): self = .block(block)
      case .trailer(let trailer): self = .trailer(trailer)
      case .damage(let damage): self = .damage(bytes: damage.byteRange, lostFrames: damage.lostFrames)
      }
    }

    /// Description without tokens.
    var summary: String {
      switch self {
      case .header: "header"
      case .block(let block): "block \(block.frames)"
      case .trailer: "trailer"
      case .damage(let bytes, let frames): "damage \(bytes) \(frames.map(String.init(describing:)) ?? "-")"
      }
    }
  }

  private func expect(_ expected: [Finding], of damaged: [UInt8], _ what: @autoclosure () -> String) throws {
    var strict = StreamReader(damaged)
    #expect(throws: BitstreamError.self, "\(what())") { while try strict.next() != nil {} }
    let found = try events(of: damaged, policy: .lenient).map(Finding.init)
    let agrees = found == expected
    #expect(agrees, "\(what()): \(found.map(\.summary)) instead of \(expected.map(\.summary))")
  }

  @Test func thereAreThreeSubjects() {
    #expect(Subject.all.map(\.blocks.count) == [1, 1, 10])
    #expect(Subject.all.last?.hasHeader.prefix(3) == [true, true, false])
  }

  @Test(arguments: Subject.all) func everyBitFlipLosesItsRecordOnly(_ subject: Subject) throws {
    for index in subject.bytes.indices {
      let expected = subject.expected(hitting: [subject.recordIndex(ofByte: index)])
      for bit in 0..<8 {
        var damaged = subject.bytes
        damaged[index] ^= 1 << bit
        try expect(expected, of: damaged, "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test(arguments: Subject.all) func everyTruncationKeepsWholeRecords(_ subject: Subject) throws {
    for count in subject.bytes.indices {
      try expect(subject.expected(cutAt: count), of: Array(subject.bytes.prefix(count)), "\(count) bytes")
    }
  }

  /// Single bytes and bursts of bytes are damaged.
  @Test(arguments: 0..<10) func tenThousandRandomCorruptionsLoseTheirRecordsOnly(tenth: Int) throws {
    for seed in tenth * 1_000..<(tenth + 1) * 1_000 {
      var random = SeededGenerator(seed: UInt64(seed))
      let subject = Subject.all.randomElement(using: &random)!
      var damaged = subject.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let start = Int.random(in: damaged.indices, using: &random)
        let longest = [1, 8, 300].randomElement(using: &random)!
        let end = min(damaged.count, start + .random(in: 1...longest, using: &random))
        for index in start..<end { damaged[index] = .random(in: 0...255, using: &random) }
      }
      let hit = Set(damaged.indices.filter { damaged[$0] != subject.bytes[$0] }.map(subject.recordIndex(ofByte:)))
      guard !hit.isEmpty else { continue }
      try expect(subject.expected(hitting: hit), of: damaged, "\(subject.name), seed \(seed)")
    }
  }
}
