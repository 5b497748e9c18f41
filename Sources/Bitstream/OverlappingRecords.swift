/// Iterator over all records with an intact checksum in an array of bytes, at any place: inside the bodies of other
/// records, too.
///
/// The check of one place takes a few microseconds, whatever length the bytes there claim.
package struct OverlappingRecords {
  /// Framing of a record, without its content.
  package struct Place: Equatable {
    /// Byte range of the whole record in the input.
    package let byteRange: Range<Int>
    /// Sections of the body; empty for an ancillary record.
    package let sections: RecordSections
    /// First byte of the body: the type of an ancillary record.
    package let firstByte: Int
  }

  private let bytes: [UInt8]
  private let baseOffset: Int
  private var index = 0
  private var checksums = RangeChecksum(anchor: 0)

  /// Creates an iterator.
  ///
  /// - Parameters:
  ///   - bytes: Bytes to search.
  ///   - baseOffset: Byte offset of `bytes[0]` in the input.
  package init(_ bytes: [UInt8], baseOffset: Int) {
    self.bytes = bytes
    self.baseOffset = baseOffset
  }

  /// Returns the place of the intact record that begins next; `nil` if no further intact record begins in the bytes.
  package mutating func next() -> Place? {
    let sync = StreamFormat.sync
    while index + sync.count < bytes.count {
      guard bytes[index] == sync[0], bytes[index + 1] == sync[1], bytes[index + 2] == sync[2] else {
        index += 1
        continue
      }
      let start = index
      index += 1
      if let place = intactRecord(at: start) { return place }
    }
    return nil
  }

  private mutating func intactRecord(at start: Int) -> Place? {
    let kind = Int(bytes[start + StreamFormat.sync.count])
    var reader = ByteReader(
      Array(bytes[(start + StreamFormat.sync.count + 1)..<min(bytes.count, start + 12)]), baseOffset: 0)
    guard let count = try? reader.varint("record length", in: 1...StreamLimits.bodyByteCount) else { return nil }
    let body = start + StreamFormat.sync.count + 1 + reader.position
    let end = body + count
    guard end + StreamFormat.checksumByteCount <= bytes.count else { return nil }
    let stored = bytes[end..<end + StreamFormat.checksumByteCount].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard checksums.value(of: start..<end, in: bytes) == stored else { return nil }
    return Place(
      byteRange: baseOffset + start..<baseOffset + end + StreamFormat.checksumByteCount,
      sections: RecordSections(rawValue: kind & 15), firstByte: Int(bytes[body]))
  }
}
