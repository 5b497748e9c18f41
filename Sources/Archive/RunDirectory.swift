import Bitstream

/// Directory of a run: lengths of its pages, and time spans of its entry pages. The pages stand before the directory
/// without gaps, entry pages first (`formats/archive.md`, section 3.3).
struct RunDirectory {
  struct EntryPage {
    let byteCount: Int
    let entryCount: Int
    /// Start of the first entry, and end of the entry that ends last, in microseconds since 1970-01-01T00:00:00Z.
    let span: ClosedRange<Int>
  }

  let entryPages: [EntryPage]
  /// Number of bytes of each name page's record; 0 for a page without hashes, which has no record.
  let namePageByteCounts: [Int]

  /// Number of bytes of all pages.
  var pagesByteCount: Int { entryPages.reduce(namePageByteCounts.reduce(0, +)) { $0 + $1.byteCount } }

  init(entryPages: [EntryPage], namePageByteCounts: [Int]) {
    self.entryPages = entryPages
    self.namePageByteCounts = namePageByteCounts
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(entryPages.count)
    var previous: Int?
    for page in entryPages {
      writer.varint(page.byteCount)
      writer.varint(page.entryCount)
      if let previous {
        writer.varint(page.span.lowerBound - previous)
      } else {
        writer.signedVarint(page.span.lowerBound)
      }
      writer.varint(page.span.upperBound - page.span.lowerBound)
      previous = page.span.lowerBound
    }
    writer.varint(namePageByteCounts.count)
    for byteCount in namePageByteCounts { writer.varint(byteCount) }
    return writer.bytes
  }

  /// Decodes a directory.
  ///
  /// - Parameters:
  ///   - record: Record of the directory.
  ///   - entryCount: Number of entries of the run, as the root states it.
  ///   - inflater: Decompressor.
  /// - Throws: `BitstreamError`.
  init(_ record: Record, entryCount: Int, _ inflater: Inflater) throws {
    var data = record.data
    var reader = try PackedSection.decoded(from: &data, byteCount: ArchiveLimits.directoryByteCount, inflater)
    let pageBytes = 1...StreamLimits.bodyByteCount + 11
    let pageCount = try reader.varint("entry pages", in: ArchiveLimits.pageCount)
    var pages: [EntryPage] = []
    var total = 0
    for _ in 0..<pageCount {
      let byteCount = try reader.varint("bytes of an entry page", in: pageBytes)
      let count = try reader.varint("entries of a page", in: ArchiveLimits.pageEntryCount)
      let times = ArchiveLimits.startMicroseconds
      let start: Int
      if let before = pages.last?.span.lowerBound {
        start = before + (try reader.varint("start of a page", in: 0...times.upperBound - before))
      } else {
        start = try reader.signedVarint("start of a page", in: times)
      }
      let duration = try reader.varint("duration of a page", in: 0...RunReference.longestSpan)
      pages.append(EntryPage(byteCount: byteCount, entryCount: count, span: start...start + duration))
      total += count
    }
    guard total == entryCount else {
      throw BitstreamError.outOfRange(
        field: "entries of a run", value: total, allowed: entryCount...entryCount, byteOffset: record.bodyOffset)
    }
    let namePageCount = try reader.varint("name pages", in: ArchiveLimits.pageCount)
    namePageByteCounts = try (0..<namePageCount).map { _ in
      try reader.varint("bytes of a name page", in: 0...pageBytes.upperBound)
    }
    try reader.rejectTrailingBytes()
    entryPages = pages
  }
}
