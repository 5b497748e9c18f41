import SystemCalls

/// Page structure of an Ogg file (RFC 3533, section 6), verified without decoding.
enum OggPages {
  static let headerByteCount = 27
  private static let beginningOfStreamFlag: UInt8 = 0x02
  /// Number of bytes of the largest page: header, 255 lacing values, 255 segments of 255 bytes.
  static let largestPageByteCount = 27 + 255 + 255 * 255

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

  /// Returns whether one of the streams that begin in `bytes` has the given coding.
  static func begins(_ bytes: ArraySlice<UInt8>, with coding: OggCoding) -> Bool {
    var rest = bytes
    while let page = Page(rest), page.beginsStream {
      if OggCoding(rest.dropFirst(page.bodyOffset)) == coding { return true }
      rest = rest.dropFirst(page.byteCount)
    }
    return false
  }

  /// Reads a whole file page by page and returns its links.
  ///
  /// - Complexity: one sequential read of the file, in memory that grows with the numbers of links and damaged places.
  static func links(of stream: ByteStream) throws(SystemFailure) -> [OggLink] {
    var links: [OggLink] = []
    var link = OggLinkScan(start: stream.position)
    while true {
      let start = stream.position
      let bytes = try stream.peek(largestPageByteCount)
      if bytes.isEmpty { break }
      guard let page = Page(bytes) else {
        // Either the file ends in a page header, or other bytes stand between pages.
        let isHeaderStart =
          bytes.count < headerByteCount + 255 && bytes.starts(with: Array("OggS".utf8).prefix(bytes.count))
        if isHeaderStart { link.isCut = true } else { link.note(OggDamage(reason: "no Ogg page at byte \(start)")) }
        _ = try stream.skip(isHeaderStart ? bytes.count : distanceToNextPage(bytes) ?? max(1, bytes.count - 3))
        continue
      }
      guard page.byteCount <= bytes.count else {
        // The file ends in this page, or the page states a wrong length.
        let distance = distanceToNextPage(bytes)
        if distance == nil { link.isCut = true } else { link.note(OggDamage(reason: "bad Ogg page at byte \(start)")) }
        _ = try stream.skip(distance ?? bytes.count)
        continue
      }
      guard OggChecksum.isCorrect(bytes.prefix(page.byteCount)) else {
        link.note(
          OggDamage(
            reason: "bad checksum of the Ogg page at byte \(start)",
            granulePosition: page.serialNumber == link.audioSerialNumber ? page.granulePosition : nil))
        _ = try stream.skip(distanceToNextPage(bytes) ?? page.byteCount)
        continue
      }
      if page.beginsStream && link.hasContent {
        links.append(link.finished())
        link = OggLinkScan(start: start)
      }
      link.add(page, at: start, body: bytes.prefix(page.byteCount).dropFirst(page.bodyOffset))
      _ = try stream.skip(page.byteCount)
    }
    links.append(link.finished())
    return links
  }

  /// Returns the number of bytes to the next place where a page may begin, at least one; `nil` if the bytes have no
  /// such place.
  private static func distanceToNextPage(_ bytes: ArraySlice<UInt8>) -> Int? {
    let start = bytes.startIndex
    for index in bytes.indices.dropFirst().dropLast(3) where bytes[index] == 0x4F {
      if bytes[index + 1] == 0x67, bytes[index + 2] == 0x67, bytes[index + 3] == 0x53 { return index - start }
    }
    return nil
  }
}
