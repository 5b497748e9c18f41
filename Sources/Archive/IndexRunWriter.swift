import Bitstream

/// Encoder of a run: entry pages, name pages and directory (`formats/archive.md`, section 3.3).
struct IndexRunWriter {
  private let deflater: Deflater
  private var list = EntryList()
  private var pages: [RunDirectory.EntryPage] = []
  private var hits: [NameHit] = []
  private var span: ClosedRange<Int>?
  private(set) var entryCount = 0

  init(_ deflater: Deflater) { self.deflater = deflater }

  /// Appends the next entry in the order of start times.
  ///
  /// - Returns: The record of the current entry page if this page was full, otherwise no bytes.
  mutating func append(_ entry: ArchivedRecording) -> [UInt8] {
    var bytes: [UInt8] = []
    let isFull = list.byteCount >= ArchiveWriterParameters.pageByteCount
    if isFull || list.entries.count == ArchiveLimits.pageEntryCount.upperBound { bytes = closePage() }
    list.append(entry)
    hits.append(NameHit(hash: NameHit.hash(of: entry.name), entryPageIndex: pages.count))
    entryCount += 1
    return bytes
  }

  /// Encodes the last entry page, the name pages and the directory.
  ///
  /// - Parameters:
  ///   - level: Level of the run.
  ///   - byteOffset: Byte offset at which the returned bytes will stand.
  /// - Throws: `ArchiveError.full` if the hashes of the names are so unevenly distributed that a name page would be
  ///   longer than a record.
  /// - Precondition: the run has an entry.
  mutating func finish(level: Int, at byteOffset: Int) throws -> (bytes: [UInt8], run: RunReference) {
    var bytes = closePage()
    guard let span else { preconditionFailure("a run without entries") }
    guard let namePages = encodedNamePages() else { throw ArchiveError.full }
    bytes += namePages.flatMap { $0 }
    let directory = RunDirectory(entryPages: pages, namePageByteCounts: namePages.map(\.count))
    let record = Record.archive(
      ArchiveRecordType.directory, PackedSection.encoded(directory.encoded(), deflater))
    let start = byteOffset + bytes.count
    let run = RunReference(
      level: level, entryCount: entryCount, directoryByteRange: start..<start + record.count, span: span)
    return (bytes + record, run)
  }

  private mutating func closePage() -> [UInt8] {
    guard let first = list.entries.first else { return [] }
    let record = Record.archive(ArchiveRecordType.entries, PackedSection.encoded(list.encoded(), deflater))
    let start = first.start.microseconds
    let end = list.entries.reduce(start) { max($0, $1.end.microseconds) }
    pages.append(
      RunDirectory.EntryPage(byteCount: record.count, entryCount: list.entries.count, span: start...end))
    span = span.map { $0.lowerBound...max($0.upperBound, end) } ?? start...end
    list = EntryList()
    return record
  }

  /// Returns the records of the name pages; no bytes for a page without hashes. The number of pages is doubled until
  /// each record is short enough; `nil` if more than 16 384 pages would be necessary.
  private func encodedNamePages() -> [[UInt8]]? {
    var count = Self.namePageCount(entryCount: hits.count)
    while count <= ArchiveLimits.pageCount.upperBound {
      let pages = Self.namePages(hits, count: count).enumerated().map { index, page in
        page.hits.isEmpty ? [] : page.encoded(index: index, pageCount: count)
      }
      if pages.allSatisfy({ $0.count < StreamLimits.bodyByteCount }) {
        return pages.map { $0.isEmpty ? [] : Record.archive(ArchiveRecordType.names, $0) }
      }
      count *= 2
    }
    return nil
  }

  private static func namePageCount(entryCount: Int) -> Int {
    (entryCount + ArchiveWriterParameters.namePageHitCount - 1) / ArchiveWriterParameters.namePageHitCount
  }

  /// Returns the hits of all entries, divided into `count` name pages; equal hashes of one entry page are one hit.
  private static func namePages(_ hits: [NameHit], count: Int) -> [NamePage] {
    var pages = [[NameHit]](repeating: [], count: count)
    for hit in hits { pages[NamePage.index(of: hit.hash, pageCount: count)].append(hit) }
    return pages.map { page in
      var distinct: [NameHit] = []
      for hit in page.sorted(by: { ($0.hash, $0.entryPageIndex) < ($1.hash, $1.entryPageIndex) })
      where distinct.last != hit { distinct.append(hit) }
      return NamePage(hits: distinct)
    }
  }
}
