import Bitstream

/// Reader of the pages of one run (`formats/archive.md`, section 3.3).
struct RunReader {
  private let bytes: any RandomAccessBytes
  private let inflater: Inflater
  private let fileByteCount: Int
  private let run: RunReference
  let directory: RunDirectory
  /// Byte offsets of the entry pages; the last element is the byte offset of the first name page.
  private let entryPageOffsets: [Int]

  /// Reads the directory of a run.
  ///
  /// - Throws: `BitstreamError`, or the error of reading.
  init(_ archive: ArchiveReader, _ run: RunReference) throws {
    bytes = archive.bytes
    inflater = archive.inflater
    fileByteCount = archive.bytes.byteCount
    self.run = run
    let record = try Self.record(bytes, run.directoryByteRange, ArchiveRecordType.directory)
    directory = try RunDirectory(record, entryCount: run.entryCount, inflater)
    var offset = run.directoryByteRange.lowerBound - directory.pagesByteCount
    guard offset >= 0 else {
      throw BitstreamError.outOfRange(
        field: "bytes of a run", value: directory.pagesByteCount, allowed: 0...run.directoryByteRange.lowerBound,
        byteOffset: record.bodyOffset)
    }
    entryPageOffsets =
      directory.entryPages.map { page in
        defer { offset += page.byteCount }
        return offset
      } + [offset]
  }

  /// Reads the entries of one entry page.
  ///
  /// - Throws: `BitstreamError`, or the error of reading.
  /// - Precondition: `index` is the index of an entry page in the directory.
  func entries(ofPage index: Int) throws -> [ArchivedRecording] {
    let page = directory.entryPages[index]
    let start = entryPageOffsets[index]
    let record = try Self.record(bytes, start..<start + page.byteCount, ArchiveRecordType.entries)
    var data = record.data
    var reader = try PackedSection.decoded(from: &data, byteCount: ArchiveLimits.pageByteCount, inflater)
    let count = page.entryCount
    return try EntryList(from: &reader, count: count...count, fileByteCount: fileByteCount).entries
  }

  /// Returns the indices of the run's entry pages that may have a name with this hash.
  ///
  /// - Throws: `BitstreamError`, or the error of reading.
  func entryPages(withHash hash: UInt32) throws -> [Int] {
    let pageCount = directory.namePageByteCounts.count
    let page = try namePage(NamePage.index(of: hash, pageCount: pageCount))
    return page.entryPages(withHash: hash)
  }

  /// Reads one name page.
  ///
  /// - Throws: `BitstreamError`, or the error of reading.
  /// - Precondition: `index` is the index of a name page in the directory.
  func namePage(_ index: Int) throws -> NamePage {
    let counts = directory.namePageByteCounts
    guard counts[index] > 0 else { return NamePage(hits: []) }
    let start = entryPageOffsets[entryPageOffsets.count - 1] + counts[..<index].reduce(0, +)
    let record = try Self.record(bytes, start..<start + counts[index], ArchiveRecordType.names)
    return try NamePage(
      record, index: index, pageCount: counts.count, entryPageCount: directory.entryPages.count)
  }

  private static func record(_ bytes: any RandomAccessBytes, _ range: Range<Int>, _ type: Int) throws -> Record {
    let record = try bytes.record(at: range.lowerBound, expected: range.count)
    guard record.byteRange == range else {
      throw BitstreamError.badRecordLength(byteCount: record.body.count, byteOffset: range.lowerBound)
    }
    guard record.ancillaryType == type else {
      throw BitstreamError.outOfRange(
        field: "record type", value: record.ancillaryType ?? 0, allowed: type...type, byteOffset: record.bodyOffset)
    }
    return record
  }
}
