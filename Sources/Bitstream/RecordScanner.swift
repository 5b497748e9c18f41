/// Finder of records in bytes that arrive in chunks.
package struct RecordScanner {
  /// Result of one call of `next()`.
  package enum Step {
    case record(Record)
    /// The bytes pushed so far end inside a record or at its end.
    case needsMoreBytes
    /// All bytes are read and `finish()` has been called.
    case end
  }

  private var buffer: [UInt8] = []
  /// Index of the next unread byte in `buffer`.
  private var head = 0
  /// Byte offset of `buffer[0]` in the input.
  private var bufferOffset: Int
  private var isFinished = false
  /// Checksums of ranges of the buffer, set only during the search for the next intact record.
  private var rangeChecksum: RangeChecksum?

  /// Creates a scanner.
  ///
  /// - Parameter byteOffset: Byte offset in the input of the first byte that will be pushed.
  package init(byteOffset: Int = 0) { bufferOffset = byteOffset }

  /// Byte offset of the next unread byte in the input.
  package var byteOffset: Int { bufferOffset + head }

  /// Appends a chunk of the input.
  ///
  /// - Precondition: `finish()` has not been called.
  package mutating func push(_ bytes: [UInt8]) {
    precondition(!isFinished, "bytes after the end")
    if head > 0 {
      buffer.removeFirst(head)
      bufferOffset += head
      head = 0
      if rangeChecksum != nil { rangeChecksum = RangeChecksum(anchor: 0) }
    }
    buffer += bytes
  }

  /// Declares that no more bytes follow.
  package mutating func finish() { isFinished = true }

  /// Reads the record at `byteOffset`.
  ///
  /// - Throws: A `BitstreamError` if no intact record begins there; the scanner then stays where it is.
  package mutating func next() throws -> Step {
    guard head < buffer.count else { return isFinished ? .end : .needsMoreBytes }
    guard syncMatches(at: head) else { throw BitstreamError.missingSync(byteOffset: byteOffset) }
    guard let (bodyStart, bodyCount) = try bodyBounds(), bodyStart + bodyCount + 4 <= buffer.count else {
      guard !isFinished else { throw BitstreamError.truncated(byteOffset: byteOffset) }
      return .needsMoreBytes
    }
    let bodyEnd = bodyStart + bodyCount
    try verifyChecksum(bodyEnd: bodyEnd)
    let kind = Int(buffer[head + StreamFormat.sync.count])
    guard kind >> 4 == StreamFormat.version else {
      throw BitstreamError.unsupportedVersion(kind >> 4, byteOffset: byteOffset)
    }
    let recordEnd = bodyEnd + StreamFormat.checksumByteCount
    let record = Record(
      sections: RecordSections(rawValue: kind & 15), body: [UInt8](buffer[bodyStart..<bodyEnd]),
      byteRange: byteOffset..<bufferOffset + recordEnd)
    head = recordEnd
    rangeChecksum = nil
    return .record(record)
  }

  /// Skips at least one byte, and stops at the next sync pattern, at the beginning of a sync pattern that the end of
  /// the buffer cuts off, or at the end of the buffer.
  package mutating func skipToNextSync() {
    if rangeChecksum == nil { rangeChecksum = RangeChecksum(anchor: head) }
    head = min(head + 1, buffer.count)
    while head < buffer.count, buffer[head] != StreamFormat.sync[0] || !syncMatches(at: head) { head += 1 }
  }

  /// Byte offset at which the record at `byteOffset` ends by its length field, whatever its checksum says; `nil` if no
  /// record seems to begin there, or if its length field is not complete yet.
  package var claimedEnd: Int? {
    guard syncMatches(at: head), let bounds = try? bodyBounds() else { return nil }
    return bufferOffset + bounds.start + bounds.count + StreamFormat.checksumByteCount
  }

  /// Steps over bytes that have been pushed.
  ///
  /// - Parameter byteOffset: Byte offset in the input of the next byte to read, from the current `byteOffset` to the
  ///   end of the pushed bytes.
  package mutating func skip(to byteOffset: Int) {
    precondition((self.byteOffset...bufferOffset + buffer.count).contains(byteOffset), "bytes that were never pushed")
    head = byteOffset - bufferOffset
    rangeChecksum = nil
  }

  /// Returns whether the bytes from `index` on match the sync pattern as far as the buffer reaches.
  private func syncMatches(at index: Int) -> Bool {
    for (offset, byte) in StreamFormat.sync.enumerated() where index + offset < buffer.count {
      if buffer[index + offset] != byte { return false }
    }
    return true
  }

  /// Returns the index of the body in `buffer` and its length, or `nil` if the length field is not complete yet.
  private func bodyBounds() throws -> (start: Int, count: Int)? {
    let lengthStart = head + StreamFormat.sync.count + 1
    var count = 0
    for index in 0..<3 {
      guard lengthStart + index < buffer.count else { return nil }
      let byte = buffer[lengthStart + index]
      count |= Int(byte & 0x7F) << (7 * index)
      guard byte < 0x80 else { continue }
      guard byte != 0 || index == 0 else {
        throw BitstreamError.badVarint(field: "record length", byteOffset: byteOffset)
      }
      guard (1...StreamLimits.bodyByteCount).contains(count) else { break }
      return (lengthStart + index + 1, count)
    }
    throw BitstreamError.badRecordLength(byteCount: count, byteOffset: byteOffset)
  }

  private mutating func verifyChecksum(bodyEnd: Int) throws {
    let computed: UInt32
    if rangeChecksum == nil {
      var checksum = Checksum()
      checksum.update(buffer, head..<bodyEnd)
      computed = checksum.value
    } else {
      computed = rangeChecksum!.value(of: head..<bodyEnd, in: buffer)
    }
    let stored = buffer[bodyEnd..<bodyEnd + StreamFormat.checksumByteCount].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == computed else {
      throw BitstreamError.badChecksum(stored: stored, computed: computed, byteOffset: byteOffset)
    }
  }
}
