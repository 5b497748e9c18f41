import Foundation
import ModelImport
import ModelStore
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path + "/file.zip" }

  /// Opens an archive and reads every entry.
  private func contents(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let archive = try ZipArchive(MappedFile(path: folder.write(bytes, to: "file.zip")))
    return Dictionary(
      uniqueKeysWithValues: try archive.entries.map { ($0.name, try EntryContent($0, of: archive).bytes()) })
  }

  private func fault(_ builder: ZipBuilder) throws -> ImportError? {
    #expect(throws: ImportError.self) { try contents(builder.bytes()) }
  }

  /// Archive with three entries: stored, deflated, empty.
  private var builder: ZipBuilder {
    let text = Array("weights, weights, weights".utf8)
    return ZipBuilder([
      ZipBuilder.Entry("a/one", [1, 2, 3]), .deflated("a/two", text, data: storedDeflate(text)),
      ZipBuilder.Entry("a/ü", []),
    ])
  }

  private let expected: [String: [UInt8]] = [
    "a/one": [1, 2, 3], "a/two": Array("weights, weights, weights".utf8), "a/ü": [],
  ]

  @Test func readsStoredAndDeflatedEntries() throws {
    #expect(try contents(builder.bytes()) == expected)
    var commented = builder
    commented.comment = Array("PK\u{05}\u{06} is no end record here".utf8)
    #expect(try contents(commented.bytes()) == expected)
    let zeros = deflatedZeros(runCount: 3)
    let compact = ZipBuilder([.deflated("z", [UInt8](repeating: 0, count: 775), data: zeros)] + builder.entries)
    #expect(try contents(compact.bytes())["z"] == [UInt8](repeating: 0, count: 775))
  }

  @Test func readsZip64() throws {
    var wide = builder
    wide.hasZip64End = true
    for index in wide.entries.indices { wide.entries[index].isZip64 = true }
    #expect(try contents(wide.bytes()) == expected)
  }

  @Test func readsSizesThatFollowTheData() throws {
    var streamed = builder
    for index in streamed.entries.indices {
      streamed.entries[index].flags |= 1 << 3
      streamed.entries[index].leavesOutSizes = true
    }
    #expect(try contents(streamed.bytes()) == expected)
    // Without the flag, sizes of 0 contradict the directory.
    streamed.entries[0].flags &= ~(1 << 3)
    #expect(try fault(streamed)?.description.contains("another size") == true)
  }

  @Test func readsThousandsOfEntries() throws {
    let entries = (0..<5_000).map { ZipBuilder.Entry("model/data/\($0)", [UInt8(truncatingIfNeeded: $0)]) }
    let contents = try contents(ZipBuilder(entries).bytes())
    #expect(contents.count == 5_000)
    #expect(contents["model/data/4999"] == [135])
  }

  @Test func rejectsMoreEntriesThanFilesOfThatSizeHave() throws {
    var crowded = ZipBuilder((0..<2_000).map { ZipBuilder.Entry("\($0)", []) })
    crowded.alignment = 1
    #expect(try fault(crowded)?.description.contains("2000 entries") == true)
  }

  @Test func rejectsEveryTruncation() throws {
    let bytes = builder.bytes()
    for count in bytes.indices {
      #expect(throws: ImportError.self, "first \(count) bytes") { try contents(Array(bytes[..<count])) }
    }
    #expect(throws: ImportError.truncatedArchive(path: path)) { try contents(Array(bytes.dropLast())) }
  }

  @Test func survivesEveryBitFlip() throws {
    var wide = builder
    wide.hasZip64End = true
    wide.entries[0].isZip64 = true
    for bytes in [builder.bytes(), wide.bytes()] {
      for index in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[index] ^= 1 << bit
          do {
            let found = try contents(damaged)
            // Changes of versions, times, attributes and of a name in both headers do not affect the content.
            #expect(Set(found.values) == Set(expected.values), "bit \(bit) of byte \(index)")
          } catch is ImportError {}
        }
      }
    }
  }

  @Test func rejectsWrongChecksum() throws {
    var damaged = builder
    damaged.entries[0].data[1] ^= 1
    #expect(
      try fault(damaged)
        == .checksumMismatch(
          path: path, entry: "a/one", expected: bitwiseCRC32([1, 2, 3]), found: bitwiseCRC32([1, 3, 3])))
    damaged = builder
    damaged.entries[1].data[7] ^= 1
    guard case .checksumMismatch(path, "a/two", _, _) = try fault(damaged) else {
      Issue.record("no mismatch in the deflated entry")
      return
    }
  }

  @Test func rejectsOverlappingEntries() throws {
    var overlapping = builder
    // The second entry's record refers to the first entry's header and has its name.
    overlapping.entries[2] = overlapping.entries[0]
    overlapping.entries[2].headerOffset = 0
    overlapping.entries[2].name = "a/one"
    guard case .overlappingEntries(path, "a/one", 0) = try fault(overlapping) else {
      Issue.record("not reported as an overlap")
      return
    }
    // The data of one entry contain another entry.
    let inner = ZipBuilder([ZipBuilder.Entry("b", [7])]).bytes()
    var nested = ZipBuilder([ZipBuilder.Entry("a", inner), ZipBuilder.Entry("b", [7])])
    nested.alignment = 64
    nested.entries[1].headerOffset = 64
    guard case .overlappingEntries(path, "b", 64) = try fault(nested) else {
      Issue.record("not reported as an overlap")
      return
    }
  }

  @Test func rejectsArchivesThatExpandTooMuch() throws {
    // The entry states its true size.
    var loud = ZipBuilder([.deflated("z", [], data: deflatedZeros(runCount: 1_000))])
    loud.entries[0].byteCount = 258_001
    let byteCount = loud.bytes().count
    #expect(
      try fault(loud) == .archiveExpandsTooMuch(path: path, byteCount: 258_001, allowed: 2 * byteCount))
    // The entry states a smaller size.
    var quiet = loud
    quiet.entries[0].byteCount = 1_000
    #expect(try fault(quiet) == .damagedEntry(path: path, entry: "z"))
    // The entry states a size that deflate cannot reach.
    loud.entries[0].byteCount = 1 << 31
    #expect(try fault(loud)?.description.contains("cannot come from") == true)
    // Many small entries exceed the limit together.
    let zeros = [UInt8](repeating: 0, count: 25_801)
    let many = (0..<20).map { ZipBuilder.Entry.deflated("z\($0)", zeros, data: deflatedZeros(runCount: 100)) }
    guard case .archiveExpandsTooMuch = try fault(ZipBuilder(many)) else {
      Issue.record("not reported as a bomb")
      return
    }
  }

  @Test func namesUnsupportedFeatures() throws {
    func feature(_ change: (inout ZipBuilder) -> Void) throws -> String {
      var changed = builder
      change(&changed)
      return try fault(changed)?.description ?? ""
    }
    #expect(try feature { $0.entries[0].flags |= 1 }.contains("encrypted"))
    #expect(try feature { $0.entries[0].flags |= 1 << 5 }.contains("patched"))
    #expect(try feature { $0.entries[0].method = 12 }.contains("method 12"))
    #expect(try feature { $0.disk = 1 }.contains("several parts"))
  }

  @Test func rejectsContradictions() throws {
    func reason(_ change: (inout ZipBuilder) -> Void) throws -> String {
      var changed = builder
      change(&changed)
      return try fault(changed)?.description ?? ""
    }
    #expect(try reason { $0.entries[0].localName = "a/two" }.contains("another name"))
    #expect(try reason { $0.entries[0].localChecksum = 1 }.contains("CRC-32"))
    #expect(try reason { $0.entries[2].name = "a/one" }.contains("twice"))
    #expect(try reason { $0.entries[0].headerOffset = 1 }.contains("no local header"))
    #expect(try reason { $0.entries[0].headerOffset = 1 << 31 }.contains("outside the archive"))
    #expect(try reason { $0.entryCount = 2 }.contains("more than its 2 entries"))
    #expect(try reason { $0.entryCount = 4 }.contains("central directory"))
    #expect(
      try reason {
        $0.entries[2].compressedByteCount = 1 << 20
        $0.entries[2].byteCount = 1 << 20
      }.contains("end after the archive"))
    #expect(try reason { $0.entries[0].byteCount = 2 }.contains("cannot come from"))
    #expect(
      try reason {
        $0.entries[0].isZip64 = true
        $0.entries[0].compressedByteCount = .max
        $0.entries[0].byteCount = .max
      }.contains("end after the archive"))
  }
}
