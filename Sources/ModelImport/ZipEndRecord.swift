import ModelStore

/// Position of a zip archive's central directory, from the records at the end (APPNOTE 4.3.14 to 4.3.16).
struct ZipEndRecord {
  /// Byte range of the central directory.
  let range: Range<Int>
  let entryCount: Int

  private static let signature: UInt32 = 0x0605_4b50
  private static let byteCount = 22
  private static let locatorSignature: UInt32 = 0x0706_4b50
  private static let locatorByteCount = 20
  private static let zip64Signature: UInt32 = 0x0606_4b50
  private static let zip64ByteCount = 56
  private static let maximumCommentByteCount = 0xffff
  /// Smallest allowed number of bytes of the file for each entry, which bounds the memory for entries. An entry that
  /// PyTorch writes for a single number takes at least 126 bytes.
  private static let entryByteCount = 96
  /// Number of entries that even the smallest file may have.
  private static let smallEntryCount = 1_024

  /// Finds the records in a file.
  ///
  /// - Throws: ``ImportError/truncatedArchive(path:)`` without an end record,
  ///   ``ImportError/malformedArchive(path:entry:reason:byteOffset:)`` or
  ///   ``ImportError/unsupportedFormat(path:format:remedy:)``.
  init(_ file: MappedFile) throws {
    guard let offset = Self.find(in: file) else { throw ImportError.truncatedArchive(path: file.path) }
    func malformed(_ reason: String, at byteOffset: Int) -> ImportError {
      .malformedArchive(path: file.path, entry: nil, reason: reason, byteOffset: byteOffset)
    }
    let short = [4, 6, 8, 10].map { file.littleEndian(UInt16.self, at: offset + $0) }
    let long = [12, 16].map { file.littleEndian(UInt32.self, at: offset + $0) }
    var (disk, directoryDisk) = (Int(short[0]), Int(short[1]))
    var (countHere, count) = (UInt64(short[2]), UInt64(short[3]))
    var (byteCount, start) = (UInt64(long[0]), UInt64(long[1]))
    var end = offset

    let locator = offset - Self.locatorByteCount
    let hasLocator = locator >= 0 && file.littleEndian(UInt32.self, at: locator) == Self.locatorSignature
    if hasLocator {
      let record = file.littleEndian(UInt64.self, at: locator + 8)
      guard locator >= Self.zip64ByteCount, record <= UInt64(locator - Self.zip64ByteCount),
        file.littleEndian(UInt32.self, at: Int(record)) == Self.zip64Signature
      else { throw malformed("the zip64 end record is not where its locator says", at: locator) }
      end = Int(record)
      // The length field does not count the first 12 bytes of the record.
      guard file.littleEndian(UInt64.self, at: end + 4) == UInt64(locator - end - 12) else {
        throw malformed("the zip64 end record does not end at its locator", at: end)
      }
      let wide = (
        disk: file.littleEndian(UInt32.self, at: end + 16), directoryDisk: file.littleEndian(UInt32.self, at: end + 20),
        countHere: file.littleEndian(UInt64.self, at: end + 24), count: file.littleEndian(UInt64.self, at: end + 32),
        byteCount: file.littleEndian(UInt64.self, at: end + 40), start: file.littleEndian(UInt64.self, at: end + 48)
      )
      let agrees =
        [(countHere, wide.countHere), (count, wide.count)].allSatisfy { $0 == 0xffff || $0 == $1 }
        && [(byteCount, wide.byteCount), (start, wide.start)].allSatisfy { $0 == 0xffff_ffff || $0 == $1 }
      guard agrees else { throw malformed("the two end records disagree", at: end) }
      (disk, directoryDisk) = (Int(wide.disk), Int(wide.directoryDisk))
      (countHere, count, byteCount, start) = (wide.countHere, wide.count, wide.byteCount, wide.start)
    }
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw ImportError.unsupportedFormat(
        path: file.path, format: "a zip archive in several parts", remedy: "join the parts into one archive")
    }
    // The record of an entry takes at least 46 bytes of the directory.
    guard start <= UInt64(end), byteCount == UInt64(end) - start, count <= byteCount / 46 else {
      throw malformed("the central directory is not before the end record", at: offset)
    }
    let allowed = max(Self.smallEntryCount, file.byteCount / Self.entryByteCount)
    guard count <= allowed else { throw malformed("\(count) entries, allowed are \(allowed)", at: offset) }
    range = Int(start)..<end
    entryCount = Int(count)
  }

  /// Offset of the end record: the last record whose comment ends with the file; nil if there is no such
  /// record.
  private static func find(in file: MappedFile) -> Int? {
    let last = file.byteCount - byteCount
    guard last >= 0 else { return nil }
    let first = max(0, last - maximumCommentByteCount)
    return file.withUnsafeBytes(in: first..<file.byteCount) { bytes in
      for offset in stride(from: last - first, through: 0, by: -1)
      where bytes[offset] == 0x50
        && UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) == signature
      {
        let comment = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 20, as: UInt16.self))
        if offset + byteCount + Int(comment) == bytes.count { return first + offset }
      }
      return nil
    }
  }
}
