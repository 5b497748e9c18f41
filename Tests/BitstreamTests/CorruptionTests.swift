import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests that readers notice and survive damage to the valid fixtures.
@Suite struct CorruptionTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let events: [StreamEvent]
    var testDescription: String { name }

    static let all: [Fixture] = {
      do {
        return try ContainerFixtures.names(in: "valid").map { name in
          let bytes = try ContainerFixtures.read("valid/\(name).vampc")
          return Fixture(name: name, bytes: bytes, events: try decodedEvents(bytes))
        }
      } catch {
        Issue.record("valid fixtures cannot be read: \(error)")
        return []
      }
    }()

    /// Byte offsets at which a cut leaves complete streams.
    var streamEnds: [Int] {
      get throws {
        try StreamSummary.verify(bytes).reduce(into: [0]) { $0.append($0.last! + $1.statistics.byteCount) }
      }
    }
  }

  /// Expects that a strict reader throws, and that a lenient reader reports damage and returns only blocks of the
  /// fixture. A block whose silence record is damaged is intact, but has no silence, or that of an earlier record.
  private func expectNoticed(_ damaged: [UInt8], _ fixture: Fixture, _ what: String) throws {
    #expect(throws: BitstreamError.self, "\(fixture.name): \(what)") { try events(of: damaged) }
    let found = try events(of: damaged, policy: .lenient)
    #expect(!found.damages.isEmpty, "\(fixture.name): \(what)")
    let originals = fixture.events.blocks.map(\.withoutSilence)
    #expect(found.blocks.allSatisfy { originals.contains($0.withoutSilence) }, "\(fixture.name): \(what)")
  }

  @Test func hasAtLeastTwelveFixtures() { #expect(Fixture.all.count >= 12) }

  @Test(arguments: Fixture.all) func everyBitFlipIsNoticed(_ fixture: Fixture) throws {
    for index in fixture.bytes.indices {
      for bit in 0..<8 {
        var damaged = fixture.bytes
        damaged[index] ^= 1 << bit
        try expectNoticed(damaged, fixture, "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test(arguments: Fixture.all) func everyTruncationIsNoticed(_ fixture: Fixture) throws {
    let streamEnds = try fixture.streamEnds
    for count in fixture.bytes.indices where count == 0 || !streamEnds.contains(count) {
      try expectNoticed(Array(fixture.bytes.prefix(count)), fixture, "\(count) bytes")
    }
  }

  @Test(arguments: Fixture.all) func everyMissingByteIsNoticed(_ fixture: Fixture) throws {
    for index in fixture.bytes.indices {
      var damaged = fixture.bytes
      damaged.remove(at: index)
      try expectNoticed(damaged, fixture, "without byte \(index)")
      damaged = fixture.bytes
      damaged.insert(0xF5, at: index)
      try expectNoticed(damaged, fixture, "a byte more at \(index)")
    }
  }

  @Test func tenThousandRandomCorruptionsAreNoticed() throws {
    for seed in 0..<10_000 {
      var random = SeededGenerator(seed: UInt64(seed))
      let fixture = Fixture.all.randomElement(using: &random)!
      var damaged = fixture.bytes
      for _ in 0..<Int.random(in: 2...20, using: &random) {
        damaged[.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      guard damaged != fixture.bytes else { continue }
      try expectNoticed(damaged, fixture, "seed \(seed)")
    }
  }

  /// Invalid fields with correct checksums give a result or a fault, never a trap.
  @Test func survivesInvalidFieldsWithCorrectChecksums() throws {
    var accepted = 0
    for seed in 0..<20_000 {
      var random = SeededGenerator(seed: UInt64(seed))
      let kind = UInt8.random(in: 0x10...0x1F, using: &random)
      var body =
        Bool.random(using: &random)
        ? RawRecord.header() + RawRecord.trailer() + RawRecord.block()
        : (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        body[.random(in: body.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      let forged = RawRecord.framed(kind: kind, body) + RawRecord.whole()
      do {
        _ = try events(of: forged)
        accepted += 1
      } catch is BitstreamError {}
      let found = try events(of: forged, policy: .lenient)
      #expect(found.headers.contains(SampleStream.header(gain: .whole(.unity))), "seed \(seed)")
    }
    #expect(accepted > 0)
  }
}

extension StreamBlock {
  fileprivate var withoutSilence: StreamBlock {
    var block = self
    block.silence = []
    block.channelSilence = []
    return block
  }
}

/// Calls `events(of:)`, which a property of the fixture hides.
private func decodedEvents(_ bytes: [UInt8]) throws -> [StreamEvent] { try events(of: bytes) }
