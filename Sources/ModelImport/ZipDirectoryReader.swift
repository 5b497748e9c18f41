import ModelStore

/// Reader of a zip archive's central directory, which also checks the local headers (APPNOTE 4.3.7 and 4.3.12).
struct ZipDirectoryReader {
  private let file: MappedFile
  private let directory: ZipEndRecord
  private var offset: Int

  private static let signature: UInt32 = 0x0201_4b50
  private static let headerByteCount = 46
  private static let localSignature: UInt32 = 0x0403_4b50
  private static let localHeaderByteCount = 30
  private static let zip64Field: UInt16 = 0x0001
  /// Flags of encryption, patched data, strong encryption and masked headers.
  private static let refusedFlags: UInt16 = 1 << 0 | 1 << 5 | 1 << 6 | 1 << 13
  /// Flag of a data descriptor: sizes and checksum follow the data and may be 0 in the local header.
  private static let descriptorFlag: UInt16 = 1 << 3
  /// Largest number of bytes that one byte of deflate data can give (zlib, "Maximum Compression Factor").
  private static let maximumDeflateRatio = 1_032

  init(_ file: MappedFile, _ directory: ZipEndRecord) {
    (self.file, self.directory) = (file, directory)
    offset = directory.range.lowerBound
  }

  /// Record of the central directory about an entry.
  private struct Record {
    let name: String
    let flags: UInt16
    let method: UInt16
    let checksum: UInt32
    let compressedByteCount: UInt64
    let byteCount: UInt64
    let headerOffset: UInt64
    /// Offset of the record in the file.
    let byteOffset: Int
  }

  /// Reads all entries in the order of the directory.
  ///
  /// - Throws: ``ImportError`` if a record is malformed or unsupported, or entries overlap.
  mutating func entries() throws -> [ZipEntry] {
    var entries: [ZipEntry] = []
    // Byte range of each entry, from its local header to the end of its data.
    var extents: [(range: Range<Int>, name: String)] = []
    entries.reserveCapacity(directory.entryCount)
    extents.reserveCapacity(directory.entryCount)
    for _ in 0..<directory.entryCount {
      let record = try nextRecord()
      let entry = try entry(of: record)
      extents.append((Int(record.headerOffset)..<entry.dataRange.upperBound, entry.name))
      entries.append(entry)
    }
    guard offset == directory.range.upperBound else {
      throw malformed(nil, "the central directory has more than its \(directory.entryCount) entries", at: offset)
    }
    extents.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (extent, next) in zip(extents, extents.dropFirst()) where next.range.lowerBound < extent.range.upperBound {
      throw ImportError.overlappingEntries(
        path: file.path, entry: next.name, byteOffset: next.range.lowerBound)
    }
    return entries
  }

  private mutating func nextRecord() throws -> Record {
    let start = offset
    let end = directory.range.upperBound
    guard end - start >= Self.headerByteCount, file.littleEndian(UInt32.self, at: start) == Self.signature else {
      throw malformed(nil, "the central directory lacks an entry", at: start)
    }
    func short(_ place: Int) -> UInt16 { file.littleEndian(UInt16.self, at: start + place) }
    func long(_ place: Int) -> UInt32 { file.littleEndian(UInt32.self, at: start + place) }
    let nameEnd = start + Self.headerByteCount + Int(short(28))
    let extraEnd = nameEnd + Int(short(30))
    guard extraEnd + Int(short(32)) <= end else {
      throw malformed(nil, "an entry ends after the directory", at: start)
    }
    let nameBytes = file.withUnsafeBytes(in: start + Self.headerByteCount..<nameEnd) { Array($0) }
    guard let name = String(validating: nameBytes, as: UTF8.self), !name.isEmpty, !nameBytes.contains(0) else {
      throw malformed(nil, "a name is not UTF-8", at: start)
    }
    guard short(34) == 0 || short(34) == 0xffff else {
      throw ImportError.unsupportedEntry(
        path: file.path, entry: name, feature: "data in another part of the archive are not supported")
    }
    var wide = try Zip64Values(file, nameEnd..<extraEnd) ?? Zip64Values()
    let byteCount = try wide.resolve(long(24)) { malformed(name, "the zip64 field is too short", at: start) }
    let compressed = try wide.resolve(long(20)) { malformed(name, "the zip64 field is too short", at: start) }
    let headerOffset = try wide.resolve(long(42)) { malformed(name, "the zip64 field is too short", at: start) }
    offset = extraEnd + Int(short(32))
    return Record(
      name: name, flags: short(8), method: short(10), checksum: long(16), compressedByteCount: compressed,
      byteCount: byteCount, headerOffset: headerOffset, byteOffset: start)
  }

  private func entry(of record: Record) throws -> ZipEntry {
    let name = record.name
    guard record.flags & Self.refusedFlags == 0 else {
      let feature = record.flags & 1 << 5 == 0 ? "encrypted data are not supported" : "patched data are not supported"
      throw ImportError.unsupportedEntry(path: file.path, entry: name, feature: feature)
    }
    let method: ZipEntry.Method
    switch record.method {
    case 0: method = .stored
    case 8: method = .deflated
    default:
      throw ImportError.unsupportedEntry(
        path: file.path, entry: name, feature: "compression method \(record.method) is not supported")
    }
    let limit = UInt64(directory.range.lowerBound)
    guard record.headerOffset <= limit, limit - record.headerOffset >= UInt64(Self.localHeaderByteCount) else {
      throw malformed(name, "the local header is outside the archive", at: record.byteOffset)
    }
    let start = Int(record.headerOffset)
    let dataStart = try checkLocalHeader(of: record, at: start)
    guard record.compressedByteCount <= limit - UInt64(dataStart) else {
      throw malformed(name, "the data end after the archive", at: start)
    }
    let dataRange = dataStart..<dataStart + Int(record.compressedByteCount)
    let isPossible =
      method == .stored
      ? record.byteCount == record.compressedByteCount
      : record.byteCount <= UInt64(dataRange.count) * UInt64(Self.maximumDeflateRatio)
    guard isPossible else {
      throw malformed(
        name, "\(record.byteCount) bytes cannot come from \(record.compressedByteCount)", at: record.byteOffset)
    }
    return ZipEntry(
      name: name, method: method, checksum: record.checksum, byteCount: Int(record.byteCount), dataRange: dataRange)
  }

  /// Checks the local header at `start` and returns the offset of the data.
  private func checkLocalHeader(of record: Record, at start: Int) throws -> Int {
    let limit = directory.range.lowerBound
    func short(_ place: Int) -> UInt16 { file.littleEndian(UInt16.self, at: start + place) }
    func long(_ place: Int) -> UInt32 { file.littleEndian(UInt32.self, at: start + place) }
    guard long(0) == Self.localSignature else {
      throw malformed(record.name, "the entry has no local header", at: start)
    }
    let nameEnd = start + Self.localHeaderByteCount + Int(short(26))
    let dataStart = nameEnd + Int(short(28))
    guard dataStart <= limit else { throw malformed(record.name, "the local header is cut off", at: start) }
    let isSameName = file.withUnsafeBytes(in: start + Self.localHeaderByteCount..<nameEnd) {
      $0.elementsEqual(record.name.utf8)
    }
    guard isSameName else { throw malformed(record.name, "the local header has another name", at: start) }
    guard short(6) == record.flags, short(8) == record.method else {
      throw malformed(record.name, "the local header has other flags or another method", at: start)
    }
    func outOfStep() -> ImportError {
      malformed(record.name, "the local header has another size or CRC-32", at: start)
    }
    var wide = try Zip64Values(file, nameEnd..<dataStart) ?? Zip64Values()
    let byteCount = try wide.resolve(long(22), outOfStep)
    let compressed = try wide.resolve(long(18), outOfStep)
    let pairs = [
      (UInt64(long(14)), UInt64(record.checksum)), (byteCount, record.byteCount),
      (compressed, record.compressedByteCount),
    ]
    let mayBeLeftOut = record.flags & Self.descriptorFlag != 0
    guard pairs.allSatisfy({ $0 == $1 || (mayBeLeftOut && $0 == 0) }) else { throw outOfStep() }
    return dataStart
  }

  private func malformed(_ entry: String?, _ reason: String, at byteOffset: Int) -> ImportError {
    .malformedArchive(path: file.path, entry: entry, reason: reason, byteOffset: byteOffset)
  }

  /// 64-bit values of a zip64 field, which replace header fields that do not fit 32 bits (APPNOTE 4.5.3).
  private struct Zip64Values {
    private var values: [UInt64] = []

    init() {}

    /// Numbers of the zip64 field among the extra fields in `range`; `nil` if there is no such field.
    init?(_ file: MappedFile, _ range: Range<Int>) throws {
      var offset = range.lowerBound
      while range.upperBound - offset >= 4 {
        let byteCount = Int(file.littleEndian(UInt16.self, at: offset + 2))
        let dataStart = offset + 4
        guard range.upperBound - dataStart >= byteCount else {
          throw ImportError.malformedArchive(
            path: file.path, entry: nil, reason: "an extra field is cut off", byteOffset: offset)
        }
        if file.littleEndian(UInt16.self, at: offset) == ZipDirectoryReader.zip64Field {
          values = stride(from: dataStart, through: dataStart + byteCount - 8, by: 8).map {
            file.littleEndian(UInt64.self, at: $0)
          }.reversed()
          return
        }
        offset = dataStart + byteCount
      }
      return nil
    }

    /// Value of a 32-bit field: `value`, or the next 64-bit number if `value` is 0xFFFF FFFF.
    mutating func resolve(_ value: UInt32, _ fault: () -> ImportError) throws -> UInt64 {
      guard value == .max else { return UInt64(value) }
      guard let value = values.popLast() else { throw fault() }
      return value
    }
  }
}
