import Bitstream

/// What a run's name pages hold: the CRC-32 of a name and the entry page that it is in.
struct NameHit: Equatable {
  let hash: UInt32
  let entryPageIndex: Int

  static func hash(of name: String) -> UInt32 {
    var checksum = Checksum()
    checksum.update([UInt8](name.utf8))
    return checksum.value
  }
}

/// A page of `pageCount`, holding the hits whose hash lies in its equal share of all hashes.
struct NamePage {
  /// In the order of their hashes.
  let hits: [NameHit]

  static func index(of hash: UInt32, pageCount: Int) -> Int { (Int(hash) * pageCount) >> 32 }

  /// The least hash that belongs to page `index`.
  private static func firstHash(of index: Int, pageCount: Int) -> Int {
    ((index << 32) + pageCount - 1) / pageCount
  }

  init(hits: [NameHit]) { self.hits = hits }

  /// The record's data, after its type.
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

  /// The entry pages in which a name with this hash may be.
  func entryPages(withHash hash: UInt32) -> [Int] {
    var pages: [Int] = []
    for hit in hits where hit.hash == hash && pages.last != hit.entryPageIndex { pages.append(hit.entryPageIndex) }
    return pages
  }
}
