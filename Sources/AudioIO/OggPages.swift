import SystemCalls

/// Page structure of an Ogg file (RFC 3533, section 6), verified without decoding.
enum OggPages {
  private static let headerByteCount = 27
  private static let beginningOfStreamFlag: UInt8 = 0x02
  /// Number of bytes of the largest page: header, 255 lacing values, 255 segments of 255 bytes.
  private static let largestPageByteCount = 27 + 255 + 255 * 255

  /// Header of a page.
  struct Page: Equatable {
    var flags: UInt8
    /// Granule position; −1 if no packet ends on the page.
    var granulePosition: Int
    var serialNumber: UInt32
    var sequenceNumber: UInt32
    var bodyOffset: Int
    var byteCount: Int

    var beginsStream: Bool { flags & beginningOfStreamFlag != 0 }

    /// Reads a page header; `nil` if no complete page header begins here.
    init?(_ bytes: ArraySlice<UInt8>) {
      guard bytes.count >= headerByteCount, bytes.starts(with: Array("OggS".utf8)) else { return nil }
      let fields = HeaderFields(bytes: Array(bytes.prefix(headerByteCount)), isBigEndian: false)
      flags = fields.bytes[5]
      // The unsigned value is clamped to Int.max, which here means −1: all bits set.
      let granule = fields.unsigned(at: 6, byteCount: 8)
      granulePosition = granule == Int.max ? -1 : granule
      serialNumber = UInt32(fields.unsigned(at: 14, byteCount: 4))
      sequenceNumber = UInt32(fields.unsigned(at: 18, byteCount: 4))
      bodyOffset = headerByteCount + Int(fields.bytes[26])
      guard bytes.count >= bodyOffset else { return nil }
      byteCount = bytes.dropFirst(headerByteCount).prefix(Int(fields.bytes[26])).reduce(bodyOffset) { $0 + Int($1) }
    }
  }

  /// Returns whether one of the streams that begin here is Opus (`OpusHead`, RFC 7845, section 5.1).
  static func beginsWithOpus(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while let page = Page(rest), page.beginsStream {
      if rest.dropFirst(page.bodyOffset).starts(with: Array("OpusHead".utf8)) { return true }
      rest = rest.dropFirst(page.byteCount)
    }
    return false
  }

  /// Reads a whole file page by page and returns its links with the first damage of each.
  ///
  /// - Complexity: one sequential read of the file, in memory that grows with the number of links alone.
  static func links(of stream: ByteStream) throws(SystemFailure) -> [OggLink] {
    var links: [OggLink] = []
    var link = LinkScan(start: stream.position)
    while true {
      let start = stream.position
      let bytes = try stream.peek(largestPageByteCount)
      if bytes.isEmpty { break }
      guard let page = Page(bytes) else {
        // Either the file ends in a page header, or other bytes stand between pages.
        let isHeaderStart =
          bytes.count < headerByteCount + 255 && bytes.starts(with: Array("OggS".utf8).prefix(bytes.count))
        if isHeaderStart { link.isCut = true } else { link.note("no Ogg page at byte \(start)") }
        _ = try stream.skip(isHeaderStart ? bytes.count : nextPageDistance(bytes))
        continue
      }
      guard page.byteCount <= bytes.count else {
        link.isCut = true
        _ = try stream.skip(bytes.count)
        continue
      }
      if page.beginsStream && link.hasContent {
        links.append(link.finished(end: start))
        link = LinkScan(start: start)
      }
      link.add(page, at: start, isIntact: OggChecksum.isCorrect(bytes.prefix(page.byteCount)))
      _ = try stream.skip(page.byteCount)
    }
    links.append(link.finished(end: stream.position))
    return links
  }

  /// Returns the number of bytes to the next place where a page may begin, at least one.
  private static func nextPageDistance(_ bytes: ArraySlice<UInt8>) -> Int {
    let start = bytes.startIndex
    for index in bytes.indices.dropFirst().dropLast(3) where bytes[index] == 0x4F {
      if bytes[index + 1] == 0x67, bytes[index + 2] == 0x67, bytes[index + 3] == 0x53 { return index - start }
    }
    return max(1, bytes.count - 3)
  }

  /// State of a link during the scan of its pages.
  private struct LinkScan {
    let start: Int
    var isCut = false
    /// Whether a page other than the first page of a stream has been read.
    private(set) var hasContent = false
    private var damage: OggDamage?
    private var lastGranulePosition = 0
    private var nextSequenceNumbers: [UInt32: UInt32] = [:]

    init(start: Int) { self.start = start }

    mutating func note(_ reason: String) {
      if damage == nil { damage = OggDamage(sample: lastGranulePosition, reason: reason) }
    }

    mutating func add(_ page: Page, at offset: Int, isIntact: Bool) {
      if !page.beginsStream { hasContent = true }
      guard isIntact else {
        note("bad checksum of the Ogg page at byte \(offset)")
        return
      }
      if let expected = nextSequenceNumbers[page.serialNumber], expected != page.sequenceNumber {
        note("Ogg page \(page.sequenceNumber) where \(expected) was expected, at byte \(offset)")
      }
      nextSequenceNumbers[page.serialNumber] = page.sequenceNumber &+ 1
      if page.granulePosition > lastGranulePosition { lastGranulePosition = page.granulePosition }
    }

    func finished(end: Int) -> OggLink { OggLink(byteRange: start..<end, isCut: isCut, damage: damage) }
  }
}
