import Bitstream

/// Name page of a run with *n* name pages: the items whose hashes lie in one of *n* equal parts of the range of a
/// CRC-32 (`formats/archive.md`, section 3.2). Indices of pages count from the first page of the run (0).
struct NamePage {
  /// Items in the order of their hashes.
  let hits: [NameHit]

  /// Returns the index of the name page of a hash, for a run with `pageCount` name pages.
  static func index(of hash: UInt32, pageCount: Int) -> Int { (Int(hash) * pageCount) >> 32 }

  /// Returns the least hash that belongs to page `index`.
  private static func firstHash(of index: Int, pageCount: Int) -> Int {
    ((index << 32) + pageCount - 1) / pageCount
  }

  init(hits: [NameHit]) { self.hits = hits }

  /// Encodes the data of the record, which follow its type, for name page `index` of a run with `pageCount` name pages.
  func encoded(index: Int, pageCount: Int) -> [UInt8] {
    var writer = ByteWriter()
    var previous = Self.firstHash(of: index, pageCount: pageCount)
    for hit in hits {
      writer.varint(Int(hit.hash) - previous)
      writer.varint(hit.entryPageIndex)
      previous = Int(hit.hash)
    }
    return writer.bytes
  }

  /// Decodes a name page.
  ///
  /// - Parameters:
  ///   - record: Record of the name page.
  ///   - index: Index of the name page in the run.
  ///   - pageCount: Number of name pages of the run.
  ///   - entryPageCount: Number of entry pages of the run.
  ///
  /// - Throws: `BitstreamError`.
  init(_ record: Record, index: Int, pageCount: Int, entryPageCount: Int) throws {
    var reader = record.data
    var hits: [NameHit] = []
    var previous = Self.firstHash(of: index, pageCount: pageCount)
    let last = Self.firstHash(of: index + 1, pageCount: pageCount) - 1
    while reader.remainingCount > 0 {
      let hash = previous + (try reader.varint("name hash", in: 0...last - previous))
      let page = try reader.varint("entry page", in: 0...entryPageCount - 1)
      hits.append(NameHit(hash: UInt32(hash), entryPageIndex: page))
      previous = hash
    }
    self.hits = hits
  }

  /// Returns the indices of the run's entry pages that may have a name with this hash.
  func entryPages(withHash hash: UInt32) -> [Int] {
    var pages: [Int] = []
    for hit in hits where hit.hash == hash && pages.last != hit.entryPageIndex { pages.append(hit.entryPageIndex) }
    return pages
  }
}
