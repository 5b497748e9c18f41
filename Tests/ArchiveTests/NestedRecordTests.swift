import Archive
import Bitstream
import Foundation
import TestSupport
import Testing

/// Tests of records inside the bodies of other records: an appended stream may hold bytes that look like an archive.
@Suite struct NestedRecordTests {
  /// Bytes of a root at a byte offset.
  ///
  /// - Parameters:
  ///   - byteOffset: Byte offset of the root.
  ///   - section: Runs and recent entries.
  private func root(at byteOffset: Int, _ section: [UInt8] = [0, 0]) -> [UInt8] {
    ForeignRecord.bytes(type: 8, ForeignRecord.varint(byteOffset) + [0] + section)
  }

  /// Bytes of a mark that names a root.
  private func mark(_ rootOffset: Int) -> [UInt8] {
    ForeignRecord.bytes(type: 4, [0] + ForeignRecord.varint(rootOffset))
  }

  /// Ways to fill the body of an ancillary record with forged records; the argument is the byte offset of the body.
  private var forgeries: [(Int) -> [UInt8]] {
    func repeated(_ count: Int, _ record: @escaping (Int) -> [UInt8]) -> (Int) -> [UInt8] {
      { start in
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += record(start + bytes.count) }
        return bytes
      }
    }
    func archive(_ start: Int) -> [UInt8] {
      let label = ForeignRecord.bytes(type: 3, [0, 0] + Array("alpha".utf8))
      return root(at: start) + label
    }
    return [
      repeated(900) { _ in mark(0) },
      repeated(900) { root(at: $0) },
      repeated(900) { archive($0) + root(at: $0 + archive($0).count) },
      repeated(9_000) { $0 % 2 == 0 ? mark(0) : root(at: $0) },
      repeated(300_000) { root(at: $0) },
    ]
  }

  /// Appends the first records of a recording with a forged record in the middle; returns where the record begins.
  private func appendForgery(
    _ writer: ArchiveWriter, _ fill: (Int) -> [UInt8], using random: inout SeededGenerator
  ) throws -> Int {
    let header = TestStream.header()
    var encoder = try StreamEncoder(header: header)
    try writer.begin(name: "evil", start: hour(50))
    try writer.append(try encoder.encode(TestStream.block(header, 0, 4, using: &random)))
    let place = writer.byteCount
    // The body begins behind sync, kind, three bytes of length, and the type.
    let room = fill(0).count
    let lengthByteCount = ForeignRecord.varint(room + 1).count
    try writer.append(ForeignRecord.bytes(type: 100, fill(place + 4 + lengthByteCount + 1)))
    try writer.append(try encoder.encode(TestStream.block(header, 4, 4, using: &random)))
    return place
  }

  /// While the recording is written, and after a kill at any byte of it, nothing of the forged index counts.
  @Test(arguments: 0..<5, [false, true])
  func forgedIndexNeverCounts(_ kind: Int, _ isLarge: Bool) throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: UInt64(40 + kind))
    var streams: [String: [UInt8]] = [:]
    func appendHonest(_ name: String, _ index: Int) throws {
      let header = TestStream.header(codebooks: isLarge ? 14 : 1)
      let stream = try TestStream.bytes(
        header, blockCount: 3, blockFrames: isLarge ? 500 : 4, using: &random)
      streams[name] = stream
      try place.writer().append(name, hour(index), stream)
    }
    for (index, name) in ["alpha", "beta", "gamma"].enumerated() { try appendHonest(name, index) }
    let before = try place.bytes().count
    func expectHonest(_ bytes: [UInt8], _ search: RootSearch, _ comment: String) throws {
      let reader = try ArchiveReader(bytes, search: search)
      for (name, stream) in streams { #expect(try reader.stream(named: name) == stream, "\(comment): \(name)") }
      let others = try reader.all().map(\.name).filter { streams[$0] == nil }
      #expect(others.isEmpty || others == ["evil"] || others == ["next", "evil"], "\(comment): \(others)")
    }
    do {
      let writer = try place.writer()
      _ = try appendForgery(writer, forgeries[kind], using: &random)
      for search in [RootSearch.quick, .thorough, .complete] {
        try expectHonest(try place.bytes(), search, "while writing, \(search)")
      }
    }
    let whole = try place.bytes()
    let length = whole.count - before
    let cuts = Set(
      (0..<24).map { _ in before + Int.random(in: 0...length, using: &random) } + [whole.count, whole.count - 1]
        + forgedEnds(whole, before).shuffled(using: &random).prefix(12))
    for cut in cuts {
      let torn = Array(whole[..<cut])
      try expectHonest(torn, .thorough, "cut at \(cut)")
      try place.write(torn)
      let next = try TestStream.bytes(using: &random)
      streams["next"] = next
      try place.writer().append("next", hour(9), next)
      let mended = try place.bytes()
      #expect(mended.starts(with: whole[..<before]))
      for search in [RootSearch.quick, .thorough, .complete] {
        try expectHonest(mended, search, "after a cut at \(cut), \(search)")
      }
      #expect(try verification(of: mended).faults.map(\.description) == [], "cut at \(cut)")
      streams["next"] = nil
    }
  }

  /// Ends of all intact records of an archive at any place.
  private func forgedEnds(_ bytes: [UInt8], _ start: Int) -> [Int] {
    var records = OverlappingRecords(Array(bytes[start...]), baseOffset: start)
    var ends: [Int] = []
    while let record = records.next() { ends.append(record.byteRange.upperBound) }
    return ends
  }

  /// Recordings with forged records are kept bit for bit, and bytes in them hide nothing that is appended later.
  @Test(arguments: 0..<5)
  func forgedRecordsAreKept(_ kind: Int) throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: UInt64(60 + kind))
    let header = TestStream.header()
    let stream = try TestStream.bytes(header, using: &random)
    // Behind a trailer.
    let evil = try TestStream.bytes(header, using: &random) + ForeignRecord.bytes(type: 100, forgeries[kind](700))
    let writer = try place.writer()
    try writer.append("alpha", hour(0), stream)
    try writer.append("evil", hour(1), evil)
    try writer.append("beta", hour(2), stream)
    let bytes = try place.bytes()
    for search in [RootSearch.quick, .thorough, .complete] {
      let reader = try ArchiveReader(bytes, search: search)
      #expect(try reader.all().map(\.name) == ["alpha", "evil", "beta"])
      #expect(try reader.stream(named: "evil") == evil)
    }
    #expect(try verification(of: bytes).faults.map(\.description) == [])
  }

  /// Streams that earlier versions appended have no marks behind their trailers.
  @Test func ignorableRecordsDoNotMoveTheRootOutOfSight() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 70)
    let stream = try TestStream.bytes(using: &random)
    let ignorable = ForeignRecord.bytes(type: 100, [UInt8](repeating: 7, count: 1 << 20 - 1))
    let writer = try place.writer()
    try writer.append("alpha", hour(0), stream)
    let before = writer.byteCount
    try writer.begin(name: "long", start: hour(1))
    try writer.append(stream)
    for _ in 0..<10 { try writer.append(ignorable) }
    var bytes = try place.bytes()
    #expect(try ArchiveReader(bytes).all().map(\.name) == ["alpha", "long"])
    // An archive with the same records, but without marks.
    let label = ForeignRecord.bytes(type: 3, [0, 0] + Array("old".utf8))
    bytes = Array(bytes[..<before]) + label + stream + (0..<10).flatMap { _ in ignorable }
    let reader = try ArchiveReader(bytes)
    #expect(try reader.recording(named: "alpha") != nil)
    try place.write(bytes)
  }

  /// A disk that has the root and lost the index in front of it: the root before counts.
  @Test func earlierRootCountsWithoutTheIndex() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 71)
    var streams: [[UInt8]] = []
    var ends: [Int] = []
    do {
      let writer = try place.writer()
      for index in 0..<16 {
        streams.append(try TestStream.bytes(using: &random))
        try writer.append("r\(index)", hour(index), streams[index])
        ends.append(writer.byteCount)
      }
    }
    let bytes = try place.bytes()
    let last = try #require(try ArchiveReader(bytes).recording(named: "r15"))
    // The run stands between the recording and the root.
    for start in stride(from: last.byteRange.upperBound, to: ends[15] - 100, by: 64) {
      var damaged = bytes
      for index in start..<start + 64 { damaged[index] = 0 }
      let reader = try ArchiveReader(damaged)
      for index in 0..<16 { #expect(try reader.stream(named: "r\(index)") == streams[index], "zeros at \(start)") }
      try place.write(damaged)
      try place.writer().append("next", hour(20), streams[0])
      let mended = try ArchiveReader(try place.bytes())
      #expect(try mended.all().count == 17, "zeros at \(start)")
      for index in 0..<16 { #expect(try mended.stream(named: "r\(index)") == streams[index], "zeros at \(start)") }
      #expect(try verification(of: try place.bytes()).faults.map(\.description) == [])
    }
  }
}
