import Archive
import Bitstream
import Foundation
import TestSupport
import Testing

/// Tests of archives whose writer was stopped or whose bytes were changed.
@Suite struct ArchiveDamageTests {
  /// Returns an archive of 18 recordings: 16 in a run and the others in the root.
  private func sample(_ place: ArchivePlace) throws -> (bytes: [UInt8], streams: [[UInt8]], ends: [Int]) {
    var random = SeededGenerator(seed: 6)
    let writer = try place.writer()
    var streams: [[UInt8]] = []
    var ends: [Int] = []
    for index in 0..<18 {
      // The first recordings are short; the last one has tags and several blocks.
      let tags = index == 17 ? [StreamTag(key: "TITLE", value: "last")] : []
      let stream = try TestStream.bytes(
        TestStream.header(tags: tags), blockCount: index == 17 ? 6 : 1, blockFrames: 3, foldsTrailer: index % 2 == 0,
        using: &random)
      try writer.append("r\(index)", hour(index), stream)
      streams.append(stream)
      ends.append(writer.byteCount)
    }
    return (try place.bytes(), streams, ends)
  }

  /// The worst result of a power loss is a file cut at any byte.
  @Test func everyCutLosesAtMostTheUnfinishedBlock() throws {
    let place = try ArchivePlace()
    let (bytes, streams, ends) = try sample(place)
    var random = SeededGenerator(seed: 7)
    let another = try TestStream.bytes(using: &random)
    // All cuts in the first two recordings, in the one that makes a run, and in the last two; a sample of cuts in the
    // others.
    for cut in 0...bytes.count where cut < ends[1] || cut > ends[14] || cut % 11 == 0 {
      let wholeCount = ends.count { $0 <= cut }
      let torn = Array(bytes[..<cut])
      if cut >= 14 {
        let reader = try ArchiveReader(torn)
        for index in 0..<wholeCount {
          #expect(try reader.stream(named: "r\(index)") == streams[index], "cut at \(cut)")
        }
      }
      try place.write(torn)
      try place.writer().append("another", hour(99), another)
      let mended = try place.bytes()
      #expect(mended.starts(with: bytes[..<(wholeCount == 0 ? min(cut, 14) : ends[wholeCount - 1])]))
      let reader = try ArchiveReader(mended)
      for index in 0..<wholeCount { #expect(try reader.stream(named: "r\(index)") == streams[index]) }
      #expect(try reader.stream(named: "another") == another)
      let faults = try verification(of: mended).faults
      #expect(faults.map(\.description) == [], "cut at \(cut)")
      try checkTorn(reader, wholeCount, cut, bytes, streams)
    }
  }

  /// Expects that all whole blocks of the recording in which the cut lies are there.
  private func checkTorn(
    _ reader: ArchiveReader, _ index: Int, _ cut: Int, _ bytes: [UInt8], _ streams: [[UInt8]]
  ) throws {
    guard index < streams.count else { return }
    let recording = try reader.recording(named: "r\(index)")
    let start = try #require(bytes.firstRange(of: streams[index])).lowerBound
    let present = Array(streams[index].prefix(max(0, cut - start)))
    var whole = StreamReader(present, policy: .lenient)
    var blocks: [StreamBlock] = []
    var isComplete = false
    while let event = try whole.next() {
      if case .block(let block) = event { blocks.append(block) }
      if case .trailer = event { isComplete = true }
    }
    guard !blocks.isEmpty else {
      #expect(recording == nil, "cut at \(cut)")
      return
    }
    let found = try #require(recording, "cut at \(cut)")
    #expect(found.state == (isComplete ? .complete : .cutOff), "cut at \(cut)")
    let stream = try #require(try reader.stream(named: "r\(index)"))
    var kept = StreamReader(stream)
    var keptBlocks: [StreamBlock] = []
    while let event = try kept.next() { if case .block(let block) = event { keptBlocks.append(block) } }
    #expect(keptBlocks == blocks, "cut at \(cut)")
    if isComplete { #expect(stream == streams[index]) }
  }

  @Test func everyBitFlipIsNoticed() throws {
    let place = try ArchivePlace()
    let (bytes, streams, _) = try sample(place)
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        #expect(try !verification(of: damaged).faults.isEmpty, "byte \(index), bit \(bit)")
        guard bit == index % 8 else { continue }
        // A reader may find all, some or none of the recordings, but no changed one.
        guard let reader = try? ArchiveReader(damaged) else { continue }
        _ = try? reader.all()
        for (number, stream) in streams.enumerated() {
          guard let recording = try? reader.recording(named: "r\(number)") else { continue }
          var found: [UInt8] = []
          guard let result = try? reader.extract(recording, write: { found += $0 }) else { continue }
          #expect(found == stream || !result.damage.isEmpty, "byte \(index), recording \(number)")
        }
      }
    }
  }

  @Test func repairKeepsIntactRecordings() throws {
    let place = try ArchivePlace()
    let (bytes, streams, _) = try sample(place)
    var random = SeededGenerator(seed: 8)
    for round in 0..<300 {
      var damaged = bytes
      // A flipped byte, a range of zeros, or a removed range of bytes.
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let range = start..<min(bytes.count, start + Int.random(in: 1...120, using: &random))
      switch round % 3 {
      case 0: damaged[start] ^= UInt8.random(in: 1...255, using: &random)
      case 1: damaged.replaceSubrange(range, with: [UInt8](repeating: 0, count: range.count))
      default: damaged.removeSubrange(range)
      }
      let clean = try ArchivePlace()
      let writer = try clean.writer()
      var repair = ArchiveRepair(damaged, into: writer)
      var outcomes: [ArchiveRepair.Outcome] = []
      let isIntact = try repair.run { outcomes.append($0) }
      #expect(!isIntact, "round \(round)")
      let repaired = try clean.bytes()
      #expect(try verification(of: repaired).faults.map(\.description) == [], "round \(round)")
      let reader = try ArchiveReader(repaired)
      for (number, stream) in streams.enumerated() where damaged.firstRange(of: stream) != nil {
        let name = try reader.all().first { try reader.stream(named: $0.name) == stream }?.name
        let found = try #require(name, "round \(round), recording \(number)")
        if round % 3 < 2 {
          let entry = try #require(try reader.recording(named: found))
          let hasName = entry.name == "r\(number)" && entry.start == hour(number)
          // A recording may lose its name only if the damage hits its recording record or its beginning, and the index
          // as well.
          #expect(hasName || entry.name.hasPrefix("recovered-"), "round \(round): \(entry)")
        }
      }
    }
  }

  @Test func repairSplitsAtLostBlocks() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 10)
    let header = TestStream.header(codebooks: 14)
    let stream = try TestStream.bytes(header, blockCount: 10, blockFrames: 50, using: &random)
    try place.writer().append("long", hour(0), stream)
    var bytes = try place.bytes()
    // A byte in the middle of the file, near block 5.
    bytes[bytes.count / 2] ^= 1
    let clean = try ArchivePlace()
    let writer = try clean.writer()
    var repair = ArchiveRepair(bytes, into: writer)
    #expect(try !repair.run { _ in })
    let recordings = writer.finished
    #expect(recordings.map(\.name) == ["long", "long.2"])
    let samples = recordings.map(\.sampleCount)
    #expect(samples[0] % (50 * 768) == 0)
    #expect(samples[0] + 50 * 768 + samples[1] == 500 * 768 - 100)
    // The gap is as long as the lost block.
    let gap = recordings[1].start.microseconds - recordings[0].end.microseconds
    #expect(abs(gap - 50 * 768 * 1_000_000 / 44_100) <= 2)
    #expect(try verification(of: try clean.bytes()).faults.map(\.description) == [])
  }

  @Test func repairOfIntactArchiveChangesNothing() throws {
    let place = try ArchivePlace()
    let (bytes, _, _) = try sample(place)
    let clean = try ArchivePlace()
    var repair = ArchiveRepair(bytes, into: try clean.writer())
    var faults: [String] = []
    #expect(try repair.run { faults += $0.faults })
    #expect(faults == [])
    #expect(try clean.bytes() == bytes)
  }

  /// Two concatenated archives are two archives for a reader of streams, and one archive for a repair.
  @Test func concatenatedArchivesAreRepaired() throws {
    let place = try ArchivePlace()
    let (bytes, streams, _) = try sample(place)
    let both = bytes + bytes
    #expect(try StreamSummary.verify(both).count == 36)
    #expect(try !verification(of: both).faults.isEmpty)
    let clean = try ArchivePlace()
    var repair = ArchiveRepair(both, into: try clean.writer())
    #expect(try !repair.run { _ in })
    let reader = try ArchiveReader(try clean.bytes())
    #expect(try reader.all().count == 36)
    for (index, stream) in streams.enumerated() {
      #expect(try reader.stream(named: "r\(index)") == stream)
      #expect(try reader.stream(named: "r\(index).2") == stream)
    }
  }
}
