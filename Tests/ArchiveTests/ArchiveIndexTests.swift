import Archive
import Bitstream
import Foundation
import TestSupport
import Testing
import Tokens

/// Tests of the bytes read and written for the index (`formats/archive.md`, section 6).
///
/// `tools/archive-figures` sets `VAMPC_ARCHIVE_ENTRIES` to 100 000 and prints the figures. Without the variable a
/// smaller archive must keep the same limits.
@Suite struct ArchiveIndexTests {
  private static let isLarge = ProcessInfo.processInfo.environment["VAMPC_ARCHIVE_ENTRIES"] != nil
  private static let entryCount =
    ProcessInfo.processInfo.environment["VAMPC_ARCHIVE_ENTRIES"].flatMap(Int.init) ?? 1_500

  /// Largest number of bytes per entry that a listing may read, the search of the root included.
  private static let mostBytesAnEntry = 40.0
  private static let mostBytesBesidePayload = 65_536

  /// File reader that counts the bytes read.
  private final class Counter {
    var byteCount = 0
    let bytes: any RandomAccessBytes

    init(_ file: ArchiveFile) throws { bytes = try file.bytes() }

    var counting: any RandomAccessBytes {
      LazyBytes(byteCount: bytes.byteCount) {
        self.byteCount += $0.count
        return try self.bytes.bytes(in: $0)
      }
    }

    /// Returns the number of bytes that `body` reads from a newly opened archive.
    func cost(_ body: (ArchiveReader) throws -> Void) throws -> Int {
      byteCount = 0
      try body(try ArchiveReader(counting))
      return byteCount
    }
  }

  @Test func readsFewBytes() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 11)
    let header = TestStream.header(codebooks: Self.isLarge ? 14 : 1)
    // 10 kB a recording for an archive of 1 GB.
    let stream = try TestStream.bytes(
      header, blockCount: 2, blockFrames: Self.isLarge ? 284 : 40, using: &random)
    let minute = 60_000_000
    func start(_ index: Int) -> ArchiveTime {
      ArchiveTime(microseconds: 1_795_000_000_000_000 + index * minute + Int.random(in: 0..<minute, using: &random))
    }
    var names: [String] = []
    do {
      let writer = try place.writer()
      for index in 0..<Self.entryCount {
        let time = start(index)
        names.append("station-\(time)")
        try writer.append(names[index], time, stream)
      }
    }
    let counter = try Counter(try ArchiveFile(reading: place.archive))

    var listed: [ArchivedRecording] = []
    let listCost = try counter.cost { listed = try $0.all() }
    #expect(listed.map(\.name) == names)
    // The search of the root does not depend on the number of entries.
    #expect(Double(listCost - 4_096) / Double(names.count) <= Self.mostBytesAnEntry)

    var worstName = 0
    for _ in 0..<200 {
      let entry = try #require(listed.randomElement(using: &random))
      let cost = try counter.cost { reader in
        let found = try reader.stream(named: entry.name)
        #expect(found == stream)
      }
      worstName = max(worstName, cost - entry.byteRange.count)
    }
    #expect(worstName <= Self.mostBytesBesidePayload)
    let missing = try counter.cost { reader in
      let found = try reader.recording(named: "nobody")
      #expect(found == nil)
    }
    #expect(missing <= Self.mostBytesBesidePayload)

    var worstSpan = 0
    for _ in 0..<200 {
      let entry = try #require(listed.randomElement(using: &random))
      let span = entry.start.microseconds..<entry.start.microseconds + 100_000
      let cost = try counter.cost { reader in
        for recording in try reader.all(in: span) {
          let result = try reader.excerpt(of: recording, in: span) { _ in }
          #expect(result.damage.isEmpty)
        }
      }
      worstSpan = max(worstSpan, cost)
    }
    #expect(worstSpan <= Self.mostBytesBesidePayload + 2 * stream.count)

    let payload = listed.reduce(0) { $0 + $1.byteRange.count }
    let indexBytes = Double(counter.bytes.byteCount - payload) / Double(names.count)
    #expect(indexBytes < 1_000)
    guard Self.isLarge else { return }
    print(
      """
      archive: \(names.count) recordings, \(counter.bytes.byteCount) bytes, index written: \
      \(Int(indexBytes)) bytes a recording
      listing: \(listCost) bytes, \(Double(listCost) / Double(names.count)) an entry
      extracting by name: at most \(worstName) bytes besides the recording; a name that is not there: \(missing)
      extracting by time: at most \(worstSpan) bytes, recording included
      """)
  }

  /// Recordings in arbitrary order of time make all runs overlap.
  @Test func arbitraryOrderOfTimeIsCheap() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 12)
    let stream = try TestStream.bytes(using: &random)
    do {
      let writer = try place.writer()
      for index in 0..<Self.entryCount / 2 {
        let time = ArchiveTime(microseconds: Int.random(in: 0..<1_000_000_000_000, using: &random))
        try writer.append("\(index)", time, stream)
      }
    }
    let counter = try Counter(try ArchiveFile(reading: place.archive))
    let all = try ArchiveReader(counter.bytes).all()
    #expect(all.count == Self.entryCount / 2)
    var worst = 0
    for entry in all.prefix(100) {
      let span = entry.start.microseconds..<entry.start.microseconds + 1
      let cost = try counter.cost { reader in
        let found = try reader.all(in: span)
        #expect(found.contains(entry))
      }
      worst = max(worst, cost)
    }
    #expect(worst <= Self.mostBytesBesidePayload)
    if Self.isLarge { print("in any order of time: at most \(worst) bytes to find a moment among \(all.count)") }
  }

  /// A long recording with blocks of uneven length stands for a recording of a year.
  @Test func findsATimeInALongRecording() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 13)
    let header = TestStream.header(codebooks: 4)
    var encoder = try StreamEncoder(header: header)
    var frame = 0
    let writer = try place.writer()
    try writer.begin(name: "long", start: hour(0))
    while frame < 200_000 {
      // Half of the recording is quiet, and its blocks have fewer bytes.
      var block = TestStream.block(header, frame, Int.random(in: 300...574, using: &random), using: &random)
      if frame % 60_000 < 30_000 { block.grids = [TokenGrid(codebookCount: 14, frameCount: block.frameCount)] }
      frame = block.frames.upperBound
      try writer.append(try encoder.encode(block))
    }
    // The recording is read while it is being written.
    for isFinished in [false, true] {
      if isFinished {
        try writer.append(try encoder.finish(sampleCount: frame * 768))
        try writer.finish()
      }
      let counter = try Counter(try ArchiveFile(reading: place.archive))
      let entry = try #require(try ArchiveReader(counter.bytes).all().first)
      #expect(entry.state == (isFinished ? .complete : .unfinished))
      #expect(entry.sampleCount == frame * 768)
      var worst = 0
      for _ in 0..<100 {
        let second = Double.random(in: 0..<3_400, using: &random)
        let from = entry.start.microseconds + Int(second * 1e6)
        let span = from..<from + 1_000_000
        var bytes: [UInt8] = []
        let cost = try counter.cost { reader in
          let all = try reader.all(in: span)
          let found = try #require(all.first)
          let result = try reader.excerpt(of: found, in: span) { bytes += $0 }
          #expect(result.damage.isEmpty)
        }
        worst = max(worst, cost - bytes.count)
        let summary = try #require(try StreamSummary.verify(bytes).first)
        let rate = TestStream.geometry.frameRateHz
        #expect(
          summary.frames.lowerBound <= Int(second * rate) && summary.frames.upperBound >= Int((second + 1) * rate))
        // The excerpt has whole blocks, and none outside the span.
        #expect(summary.frames.count <= 58 + 2 * 574)
        #expect(summary.trailer.sampleCount == summary.frames.count * 768)
      }
      // While the recording is being written, the root stands before at most 12 kB of it.
      // A silence record is looked for in the 512 and then in the 8 192 bytes in front of the first block.
      let most = Self.mostBytesBesidePayload + 512 + 8_192 + (isFinished ? 0 : 12_288)
      #expect(worst <= most, "finished: \(isFinished)")
    }
  }
}
