import Archive
import Bitstream
import Foundation
import SystemCalls
import TestSupport
import Testing

/// Tests of a loss of power at any moment of an append: the disk may have kept, lost or torn each write since the last
/// flush.
@Suite struct PowerLossTests {
  /// State of a disk that has lost power.
  private struct Disk {
    /// Bytes that a flush has made durable.
    var bytes: [UInt8]
    /// Changes since the last flush.
    var pending: [RecordedFileCalls.Change] = []

    static let sectorByteCount = 512

    mutating func apply(_ change: RecordedFileCalls.Change) {
      guard change == .sync else { return pending.append(change) }
      bytes = after(pending.map { _ in .kept }, using: nil)
      pending = []
    }

    enum Fate: CaseIterable {
      case kept
      case lost
      /// Some of the sectors are kept. Sectors that are lost at the end of the file are zeros or missing.
      case torn
      /// The length of the file is kept, and the bytes are lost.
      case zeros
    }

    /// Bytes of the file after the power comes back.
    func after(_ fates: [Fate], using random: UnsafeMutablePointer<SeededGenerator>?) -> [UInt8] {
      var file = bytes
      for (change, fate) in zip(pending, fates) {
        switch change {
        case .sync: break
        case .resize(let byteCount):
          guard fate != .lost else { continue }
          if byteCount < file.count {
            file.removeLast(file.count - byteCount)
          } else {
            file += [UInt8](repeating: 0, count: byteCount - file.count)
          }
        case .write(let offset, let written):
          guard fate != .lost else { continue }
          if fate == .torn {
            for sector in offset / Self.sectorByteCount...(offset + written.count - 1) / Self.sectorByteCount {
              guard let random, Bool.random(using: &random.pointee) else { continue }
              let start = max(offset, sector * Self.sectorByteCount)
              let end = min(offset + written.count, (sector + 1) * Self.sectorByteCount)
              put(written[(start - offset)..<(end - offset)], at: start, in: &file)
            }
          } else {
            put(fate == .zeros ? written.map { _ in 0 }[...] : written[...], at: offset, in: &file)
          }
        }
      }
      return file
    }

    private func put(_ written: ArraySlice<UInt8>, at offset: Int, in file: inout [UInt8]) {
      let end = offset + written.count
      if file.count < end { file += [UInt8](repeating: 0, count: end - file.count) }
      file.replaceSubrange(offset..<end, with: written)
    }
  }

  /// Recordings with many small blocks, with one large block, with forged records, and one that makes a run.
  private func appendAll(
    _ writer: ArchiveWriter, from first: Int, _ count: Int, hasForgeries: Bool = true,
    using random: inout SeededGenerator,
    entered: (String, [UInt8]) -> Void
  ) throws {
    for index in first..<first + count {
      let header = TestStream.header(codebooks: 1 + index % 14)
      var stream = try TestStream.bytes(
        header, blockCount: 1 + index % 5, blockFrames: index % 3 == 0 ? 150 : 8, foldsTrailer: index % 2 == 0,
        using: &random)
      if hasForgeries, index % 4 == 1 {
        let forged = ForeignRecord.bytes(type: 4, [0, 0])
        stream = ForeignRecord.bytes(type: 100, (0..<60).flatMap { _ in forged }) + stream
      }
      try writer.append("r\(index)", hour(index), stream)
      entered("r\(index)", stream)
    }
  }

  @Test func everyLossOfPowerKeepsFinishedRecordings() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 90)
    let calls = RecordedFileCalls()
    var finished: [(changeCount: Int, name: String, stream: [UInt8])] = []
    try SystemFileCalls.$current.withValue(calls) {
      // The first writer is killed in a recording, so that the second one has something to mend.
      do {
        let writer = try ArchiveWriter(path: place.archive)
        try appendAll(writer, from: 0, 18, using: &random) { finished.append((calls.changes.count, $0, $1)) }
        try writer.begin(name: "killed", start: hour(90))
        try writer.append(Array(try TestStream.bytes(blockCount: 9, using: &random).dropLast(5)))
      }
      let writer = try ArchiveWriter(path: place.archive)
      try appendAll(writer, from: 18, 16, using: &random) { finished.append((calls.changes.count, $0, $1)) }
    }
    #expect(try place.bytes() == replayed(calls.changes).bytes)
    var disk = Disk(bytes: [])
    var (stateCount, appendCount) = (0, 0)
    for (index, change) in calls.changes.enumerated() {
      disk.apply(change)
      let durable = finished.filter { $0.changeCount <= index + 1 }
      for fates in self.fates(disk.pending.count, using: &random) {
        let bytes = withUnsafeMutablePointer(to: &random) { disk.after(fates, using: $0) }
        stateCount += 1
        guard bytes.count >= 14, !durable.isEmpty else { continue }
        let comment = "change \(index), \(fates), seed 90"
        let reader = try ArchiveReader(bytes)
        for (_, name, stream) in durable { #expect(try reader.stream(named: name) == stream, "\(comment): \(name)") }
        guard stateCount % 16 == 0 else { continue }
        appendCount += 1
        try place.write(bytes)
        try place.writer().append("next", hour(99), durable[0].stream)
        let mended = try ArchiveReader(try place.bytes(), search: .complete)
        for (_, name, stream) in durable { #expect(try mended.stream(named: name) == stream, "\(comment): \(name)") }
        #expect(try mended.stream(named: "next") == durable[0].stream)
        // The recording that was being written may have lost blocks in its middle.
        let names = Set(durable.map(\.name)).union(["next"])
        for fault in try verification(of: try place.bytes()).faults {
          #expect(fault.name.map { !names.contains($0) } ?? false, "\(comment): \(fault)")
        }
      }
    }
    #expect(stateCount >= 10_000, "\(stateCount) states")
    #expect(appendCount >= 500)
    #expect(finished.count == 34)
  }

  private func replayed(_ changes: [RecordedFileCalls.Change]) -> Disk {
    var disk = Disk(bytes: [])
    for change in changes { disk.apply(change) }
    disk.apply(.sync)
    return disk
  }

  /// All combinations of fates for a few changes, and a sample for many.
  private func fates(_ count: Int, using random: inout SeededGenerator) -> [[Disk.Fate]] {
    let all = Disk.Fate.allCases
    guard count > 3 else {
      var combinations: [[Disk.Fate]] = [[]]
      for _ in 0..<count { combinations = combinations.flatMap { before in all.map { before + [$0] } } }
      // Several ways to tear.
      return combinations.flatMap { [[Disk.Fate]](repeating: $0, count: $0.contains(.torn) ? 8 : 1) }
    }
    return (0..<150).map { _ in (0..<count).map { _ in all.randomElement(using: &random) ?? .lost } }
  }

  /// The barriers are where `formats/archive.md`, section 5, has them: a root is written after everything in front of it
  /// is on the disk, and nothing is written behind it before it is on the disk.
  @Test func rootsStandBetweenFlushes() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 91)
    let calls = RecordedFileCalls()
    try SystemFileCalls.$current.withValue(calls) {
      let writer = try ArchiveWriter(path: place.archive)
      try appendAll(writer, from: 0, 40, hasForgeries: false, using: &random) { _, _ in }
    }
    var rootCount = 0
    for (index, change) in calls.changes.enumerated() {
      guard case .write(_, let bytes) = change, bytes.starts(with: [0xF5, 0x56, 0x43, 0x10]), isRoot(bytes) else {
        continue
      }
      rootCount += 1
      if rootCount > 1 { #expect(calls.changes[index - 1] == .sync, "change \(index)") }
      #expect(calls.changes[index + 1] == .sync, "change \(index)")
    }
    #expect(rootCount == 41)
    let syncCount = calls.changes.count { $0 == .sync }
    // One for the new file, two for each append, and one more where a run is written. On a busy machine, a recording may
    // take more than the second after which the writer flushes.
    let least = 1 + 2 * 40 + 2
    #expect(syncCount >= least && syncCount <= least + 20, "\(syncCount) flushes")
  }

  private func isRoot(_ bytes: [UInt8]) -> Bool {
    let lengthByteCount = (bytes[4...].firstIndex { $0 < 0x80 } ?? 4) - 3
    return bytes[4 + lengthByteCount] == 8
  }
}
