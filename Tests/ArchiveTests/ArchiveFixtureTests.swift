import Archive
import Bitstream
import Foundation
import ReferenceCases
import TestSupport
import Testing

/// Tests of `fixtures/archives/valid` and `fixtures/archives/invalid`, which this suite writes if `VAMPC_UPDATE_FIXTURES`
/// is set. The index of each valid archive is listed next to it. `python/tests` reads the same files with the second
/// reader.
@Suite struct ArchiveFixtureTests {
  private static let updates = ProcessInfo.processInfo.environment["VAMPC_UPDATE_FIXTURES"] != nil
  private static var folder: String { Fixtures.repositoryFolder + "/fixtures/archives" }

  /// Archives whose index counts, by name.
  private func valid() throws -> [String: [UInt8]] {
    var random = SeededGenerator(seed: 2_026)
    let stream = try TestStream.bytes(blockCount: 1, blockFrames: 2, using: &random)
    let cutOff = Array(stream.dropLast(3))
    let forged = (0..<40).flatMap { _ in ForeignRecord.bytes(type: 4, [0, 0]) }
    let label = ForeignRecord.bytes(type: 3, [0, 0] + Array("unfinished".utf8))
    func archive(_ recordings: [(String, Int, [UInt8])]) throws -> [UInt8] {
      let place = try ArchivePlace()
      let writer = try place.writer()
      for (name, start, stream) in recordings {
        try writer.append(name, ArchiveTime(microseconds: start), stream)
      }
      return try place.bytes()
    }
    let two = try archive([("a", 0, stream), ("b", 1_000_000, stream)])
    let many = try archive((0..<17).map { ("r\($0)", $0 * 1_000, stream) })
    var lostIndex = try archive((0..<16).map { ("r\($0)", $0 * 1_000, stream) })
    let last = try #require(try ArchiveReader(lostIndex).recording(named: "r15"))
    for index in last.byteRange.upperBound..<last.byteRange.upperBound + 32 { lostIndex[index] = 0 }
    var damaged = many
    damaged[200] ^= 1
    let limits = ArchiveLimits.startMicroseconds
    return [
      "run": many,
      "damaged-recording": damaged,
      "lost-index": lostIndex,
      "earliest-and-latest-start": try archive([("a", limits.lowerBound, stream), ("b", limits.upperBound, stream)]),
      "forged-marks-behind-a-trailer": try archive([
        ("a", 0, stream), ("b", 1, stream + ForeignRecord.bytes(type: 100, forged)), ("c", 2, stream),
      ]),
      "forged-marks-in-an-unfinished-recording": two + label + ForeignRecord.bytes(type: 100, forged) + cutOff,
      "forged-marks-in-a-cut-off-record": two + label + ForeignRecord.bytes(type: 100, forged).dropLast(9),
      "forged-root-in-a-cut-off-record": two + label
        + ForeignRecord.bytes(type: 100, ForeignRecord.rootWithoutEntries(at: two.count + label.count + 6) + [0, 0])
        .dropLast(6),
    ]
  }

  /// Bytes without a root that counts, by name.
  private func invalid() -> [String: [UInt8]] {
    [
      "root-at-another-offset": ForeignRecord.bytes(type: 8, [7, 0, 0, 0]),
      "root-in-a-body": ForeignRecord.bytes(type: 100, ForeignRecord.rootWithoutEntries(at: 6)),
      "no-records": [UInt8]("no archive".utf8),
    ]
  }

  private func listing(_ bytes: [UInt8]) throws -> String {
    let reader = try ArchiveReader(bytes, search: .complete)
    var lines = ["root \(reader.rootOffset)"]
    var cursor = try reader.indexedRecordings()
    while let entry = try cursor.next() {
      let state = entry.state == .cutOff ? "cut-off" : "complete"
      lines.append(
        "\(entry.start.microseconds) \(entry.start.utcOffsetMinutes) \(entry.byteRange.lowerBound) "
          + "\(entry.byteRange.count) \(entry.sampleCount) \(entry.sampleRateHz) \(state) \(entry.name)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func fixtures(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/" + folder)
    return try names.filter { $0.hasSuffix(".vampa") }.sorted().map { name in
      (
        String(name.dropLast(6)),
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/\(folder)/\(name)")))
      )
    }
  }

  @Test func validArchivesAreListed() throws {
    let made = try valid()
    for (name, bytes) in Self.updates ? made : [:] {
      let path = Self.folder + "/valid/" + name
      try Data(bytes).write(to: URL(fileURLWithPath: path + ".vampa"))
      try Data(try listing(bytes).utf8).write(to: URL(fileURLWithPath: path + ".txt"))
    }
    let found = try fixtures(in: "valid")
    #expect(Set(found.map(\.name)) == Set(made.keys))
    for (name, bytes) in found {
      let expected = try String(contentsOfFile: Self.folder + "/valid/\(name).txt", encoding: .utf8)
      #expect(try listing(bytes) == expected, "\(name)")
      // Other versions of zlib may deflate to other bytes, but the index is the same.
      let remade = try listing(try #require(made[name])).split(separator: "\n").dropFirst()
      #expect(remade == expected.split(separator: "\n").dropFirst(), "\(name)")
      for search in [RootSearch.quick, .thorough] {
        let rootOffset = try ArchiveReader(bytes, search: search).rootOffset
        #expect(expected.hasPrefix("root \(rootOffset)\n"), "\(name), \(search)")
      }
    }
  }

  @Test func invalidArchivesAreRefused() throws {
    for (name, bytes) in Self.updates ? invalid() : [:] {
      try Data(bytes).write(to: URL(fileURLWithPath: Self.folder + "/invalid/\(name).vampa"))
    }
    let found = try fixtures(in: "invalid")
    #expect(Set(found.map(\.name)) == Set(invalid().keys))
    for (name, bytes) in found {
      for search in [RootSearch.quick, .thorough, .complete] {
        #expect(throws: ArchiveError.noIndex, "\(name)") { _ = try ArchiveReader(bytes, search: search) }
      }
    }
  }
}
