/// Finds records in bytes that arrive piece by piece.
package struct RecordScanner {
  package enum Step {
    case record(Record)
    /// The bytes so far end inside a record.
    case needsMoreBytes
    /// All bytes are used up and no more will come.
    case end
  }

  private var buffer: [UInt8] = []
  /// Index in `buffer` of the next unread byte.
  private var head = 0
  /// Offset of `buffer[0]` in the whole input.
  private var bufferOffset: Int
  private var isFinished = false
  /// In use while looking for the next intact record.
  private var stretches: StretchChecksum?

  /// - Parameter byteOffset: of the first byte that will be pushed.
  package init(byteOffset: Int = 0) { bufferOffset = byteOffset }

  /// Offset of the next unread byte in the whole input.
  package var byteOffset: Int { bufferOffset + head }

  package mutating func push(_ bytes: [UInt8]) {
    precondition(!isFinished, "bytes after the end")
    if head > 0 {
      buffer.removeFirst(head)
      bufferOffset += head
      head = 0
      if stretches != nil { stretches = StretchChecksum(anchor: 0) }
    }
    buffer += bytes
  }

  package mutating func finish() { isFinished = true }

  /// The record at `byteOffset`.
  ///
  /// - Throws: a `BitstreamError` when no intact record begins there; nothing is consumed then.
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
    stretches = nil
    return .record(record)
  }

  /// Skips at least one byte, then all up to the next place where a record may begin.
  package mutating func skipToNextSync() {
    if stretches == nil { stretches = StretchChecksum(anchor: head) }
    head = min(head + 1, buffer.count)
    while head < buffer.count, buffer[head] != StreamFormat.sync[0] || !syncMatches(at: head) { head += 1 }
  }

  /// Whether the bytes from `index` on, as far as they are there, are the sync pattern.
  private func syncMatches(at index: Int) -> Bool {
    for (offset, byte) in StreamFormat.sync.enumerated() where index + offset < buffer.count {
      if buffer[index + offset] != byte { return false }
    }
    return true
  }

  /// Where the body begins in `buffer` and how long it is; `nil` when the length is not there yet.
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
    if stretches == nil {
      var checksum = Checksum()
      checksum.update(buffer, head..<bodyEnd)
      computed = checksum.value
    } else {
      computed = stretches!.value(of: head..<bodyEnd, in: buffer)
    }
    let stored = buffer[bodyEnd..<bodyEnd + StreamFormat.checksumByteCount].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == computed else {
      throw BitstreamError.badChecksum(stored: stored, computed: computed, byteOffset: byteOffset)
    }
  }
}
