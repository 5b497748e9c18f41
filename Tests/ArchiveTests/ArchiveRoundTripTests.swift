import Archive
import Bitstream
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveRoundTripTests {
  /// The recordings fill a run of level 1 and leave entries in the root.
  @Test func returnsEveryStreamUnchanged() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 1)
    var streams: [String: [UInt8]] = [:]
    var starts: [String: ArchiveTime] = [:]
    for session in 0..<5 {
      // The archive is closed and opened again in between.
      let writer = try place.writer()
      #expect(writer.recovery == nil)
      for index in 0..<15 {
        let name = "recording \(session)-\(index) ♪"
        let stream = try TestStream.bytes(
          TestStream.header(codebooks: 1 + index % 3, rateHz: [44_100, 48_000][index % 2]),
          blockCount: 1 + index % 4, foldsTrailer: index % 5 > 0, using: &random)
        streams[name] = stream
        starts[name] = hour(Int.random(in: 0..<1_000, using: &random), utcOffsetMinutes: 30 * index)
        try writer.append(name, try #require(starts[name]), stream)
      }
    }
    let bytes = try place.bytes()
    let reader = try ArchiveReader(bytes)
    #expect(reader.unindexedByteRange.isEmpty)
    let list = try reader.all()
    #expect(list.count == 75)
    #expect(list.map(\.start.microseconds) == list.map(\.start.microseconds).sorted())
    for entry in list {
      #expect(starts[entry.name] == entry.start)
      #expect(entry.state == .complete)
      #expect(try reader.stream(named: entry.name) == streams[entry.name], "\(entry.name)")
      #expect(try reader.recording(named: entry.name) == entry)
      let summary = try #require(try StreamSummary.verify(streams[entry.name] ?? []).first)
      #expect(entry.sampleCount == summary.trailer.sampleCount)
      #expect(entry.sampleRateHz == summary.header.sourceSampleRateHz)
    }
    #expect(try reader.recording(named: "recording") == nil)
    // The archive is a legal input of streams, in the order of appending.
    #expect(try StreamSummary.verify(bytes).count == 75)
    let verification = try verification(of: bytes)
    #expect(verification.faults.map(\.description) == [])
    #expect(verification.recordingCount == 75)
  }

  /// Silence records stay with their blocks: in extracted streams, in excerpts from any block on, and where the second of
  /// two concatenated streams begins with one.
  @Test func silenceStaysWithItsBlocks() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 12)
    let header = TestStream.header(codebooks: 14, rateHz: 48_000)
    var blocks = (0..<40).map { TestStream.block(header, $0 * 50, 50, using: &random) }
    for index in blocks.indices {
      let samples = header.sourceSamples(ofFrames: blocks[index].frames)
      blocks[index].silence = [samples.lowerBound..<samples.lowerBound + 2_000 + index]
    }
    var encoder = try StreamEncoder(header: header)
    var stream = try blocks.flatMap { try encoder.encode($0) }
    stream += try encoder.finish(sampleCount: header.sourceSample(ofFrame: 2_000))
    let writer = try place.writer()
    try writer.append("both", hour(0), stream + stream)
    let reader = try ArchiveReader(try place.bytes())
    #expect(try reader.all().map(\.name) == ["both", "both.2"])
    for name in ["both", "both.2"] {
      #expect(try reader.stream(named: name) == stream)
      let recording = try #require(try reader.recording(named: name))
      for second in stride(from: 0, to: 26, by: 3) {
        let start = recording.start.microseconds + second * 1_000_000
        var bytes: [UInt8] = []
        _ = try reader.excerpt(of: recording, in: start..<start + 2_000_000) { bytes += $0 }
        var excerpt = StreamReader(bytes)
        while let event = try excerpt.next() {
          guard case .block(let block) = event else { continue }
          #expect(block.silence == blocks[block.firstFrame / 50].silence, "\(second) s")
        }
      }
    }
  }

  @Test func findsRecordingsThatOverlapASpan() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 2)
    let writer = try place.writer()
    for index in 0..<200 {
      // Recordings of 1 to 60 s that start within one hour.
      let blocks = Int.random(in: 1...3, using: &random)
      let stream = try TestStream.bytes(
        blockCount: blocks, blockFrames: Int.random(in: 20...1_150, using: &random), using: &random)
      let start = ArchiveTime(microseconds: Int.random(in: 0..<3_600_000_000, using: &random))
      try writer.append("\(index)", start, stream)
    }
    let reader = try ArchiveReader(try place.bytes())
    let all = try reader.all()
    for _ in 0..<200 {
      let from = Int.random(in: -10_000_000..<3_700_000_000, using: &random)
      let span = from..<from + Int.random(in: 1...60_000_000, using: &random)
      let expected = all.filter { $0.start.microseconds < span.upperBound && $0.end.microseconds > span.lowerBound }
      #expect(try reader.all(in: span) == expected)
    }
  }

  @Test func keepsTagsAndForeignRecords() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 3)
    let tags = [StreamTag(key: "TITLE", value: "Mondays")]
    let foreign = ForeignRecord.bytes(type: 100, [1, 2, 3])
    let one = try foreign + TestStream.bytes(TestStream.header(tags: tags), using: &random) + foreign
    let two = try TestStream.bytes(TestStream.header(tags: tags), using: &random) + foreign + foreign
    let writer = try place.writer()
    // The input has two streams.
    try writer.begin(name: "both", start: hour(0))
    try writer.append(one + two)
    try writer.finish()
    #expect(writer.finished.map(\.name) == ["both", "both.2"])
    #expect(writer.finished[1].start == writer.finished[0].end)
    let reader = try ArchiveReader(try place.bytes())
    #expect(try reader.stream(named: "both") == one)
    #expect(try reader.stream(named: "both.2") == two)
    #expect(try verification(of: try place.bytes()).faults.map(\.description) == [])
  }

  @Test func refusesInvalidRecordings() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 4)
    let writer = try place.writer()
    let stream = try TestStream.bytes(using: &random)
    try writer.append("a", hour(0), stream)
    #expect(throws: ArchiveError.nameExists("a")) { try writer.begin(name: "a", start: hour(1)) }
    for name in ["", "a\nb", "a\u{7F}", String(repeating: "x", count: 256)] {
      #expect(throws: ArchiveError.badName(name)) { try writer.begin(name: name, start: hour(1)) }
    }
    #expect(throws: ArchiveError.badTime) {
      try writer.begin(name: "b", start: ArchiveTime(microseconds: 32_503_680_000_000_000))
    }
    let before = try place.bytes()
    // The input is an archive.
    try writer.begin(name: "b", start: hour(1))
    #expect(throws: ArchiveError.inputIsArchive(byteOffset: 0)) { try writer.append(before) }
    #expect(try writer.finishCutOff() == nil)
    // The input is empty, or not a stream.
    try writer.begin(name: "b", start: hour(1))
    #expect(throws: ArchiveError.incomplete) { try writer.finish() }
    #expect(throws: BitstreamError.missingSync(byteOffset: 0)) { try writer.append([1, 2, 3, 4]) }
    #expect(try writer.finishCutOff() == nil)
    #expect(try place.bytes() == before)
    // Half a stream is kept, marked as cut off.
    try writer.begin(name: "b", start: hour(1))
    try writer.append(Array(stream.dropLast(3)))
    #expect(throws: BitstreamError.self) { try writer.finish() }
    let half = try #require(try writer.finishCutOff())
    #expect(half.state == .cutOff && half.sampleCount == 8 * 768)
    #expect(try verification(of: try place.bytes()).faults.map(\.description) == [])
  }

  @Test func locksOutASecondWriter() throws {
    let place = try ArchivePlace()
    let first = try place.writer()
    #expect(throws: ArchiveError.locked(path: place.archive)) { _ = try place.writer() }
    #expect(try first.has("a") == false)
  }

  @Test func refusesOtherFiles() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 5)
    for bytes in [try TestStream.bytes(using: &random), [UInt8](repeating: 7, count: 50_000), [0]] {
      try place.write(bytes)
      #expect(throws: ArchiveError.noIndex) { _ = try ArchiveReader(bytes) }
      #expect(throws: ArchiveError.noIndex) { _ = try place.writer() }
      #expect(try place.bytes() == bytes)
    }
    #expect(throws: ArchiveError.noIndex) { _ = try ArchiveReader([]) }
    #expect(throws: ArchiveError.notAFile(path: "/dev/null")) { _ = try ArchiveWriter(path: "/dev/null") }
    #expect(throws: ArchiveError.notAFile(path: place.folder)) { _ = try ArchiveFile(reading: place.folder) }
  }
}
