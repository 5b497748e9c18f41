import Bitstream

/// Search for the root in force over all records of an archive, from its beginning (`formats/archive.md`, section 4).
enum RootWalk {
  /// Returns the last valid root; `nil` if the archive has none.
  ///
  /// An intact root is valid if the run directly in front of the root is intact, and if an unbroken chain of records
  /// leads to the root. A damaged record does not break the chain if its length leads to the next record. Behind a
  /// break, a root is valid only if its index has every recording of the last valid root, if there is one: damage in
  /// the middle of a file must not hide later roots, and a root that arrived inside other bytes must not hide earlier
  /// recordings.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - inflater: Decompressor.
  /// - Throws: The error of reading.
  static func lastRoot(of bytes: any RandomAccessBytes, _ inflater: Inflater) throws -> RootLocation? {
    var found: RootLocation?
    var isChained = true
    var search = RecordSearch(bytes, 0..<bytes.byteCount)
    while let record = try search.next() {
      if let gap = search.gap, !gap.isChained { isChained = false }
      guard record.ancillaryType == ArchiveRecordType.root, let root = try? ArchiveRoot(record, inflater) else {
        continue
      }
      let next = RootLocation(root: root, byteRange: record.byteRange)
      guard try next.hasWholeIndex(in: bytes, inflater) else { continue }
      if let found, !isChained, try !next.isSuccessor(of: found, in: bytes) { continue }
      found = next
      isChained = true
    }
    return found
  }
}

extension RootLocation {
  /// Returns whether the index of this root has every recording of an earlier root; false if either index is damaged.
  ///
  /// - Throws: The error of reading.
  fileprivate func isSuccessor(of earlier: RootLocation, in bytes: any RandomAccessBytes) throws -> Bool {
    do {
      var mine = try ArchiveReader(bytes, root: root, rootByteRange: byteRange).indexedRecordings()
      var others = try ArchiveReader(bytes, root: earlier.root, rootByteRange: earlier.byteRange).indexedRecordings()
      while let other = try others.next() {
        var candidate = try mine.next()
        while let entry = candidate, entry != other { candidate = try mine.next() }
        if candidate == nil { return false }
      }
      return true
    } catch is BitstreamError {
      return false
    }
  }
}
