/// Builder of zip archives for tests, invalid archives included.
struct ZipBuilder {
  struct Entry {
    var name: String
    /// Data in the archive.
    var data: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0x800
    var checksum: UInt32
    var byteCount: UInt64
    var compressedByteCount: UInt64
    /// Whether directory and local header store sizes and offset as 64-bit numbers.
    var isZip64 = false
    /// Whether checksum and sizes are 0 in the local header.
    var leavesOutSizes = false
    /// Name in the local header, if it differs from the entry's.
    var localName: String?
    /// CRC-32 in the local header, if it differs from the content's.
    var localChecksum: UInt32?
    /// Offset of the local header in the directory, if it differs from the true one.
    var headerOffset: UInt64?

    /// Stored entry.
    init(_ name: String, _ content: some Sequence<UInt8>) {
      self.name = name
      data = Array(content)
      checksum = bitwiseCRC32(data)
      byteCount = UInt64(data.count)
      compressedByteCount = byteCount
    }

    /// Deflated entry whose `data` inflate to `content`.
    static func deflated(_ name: String, _ content: [UInt8], data: [UInt8]) -> Entry {
      var entry = Entry(name, data)
      entry.method = 8
      entry.checksum = bitwiseCRC32(content)
      entry.byteCount = UInt64(content.count)
      return entry
    }
  }

  var entries: [Entry]
  var hasZip64End = false
  var comment: [UInt8] = []
  var disk: UInt16 = 0
  /// Number of entries in the end record, if it differs from the true one.
  var entryCount: UInt64?
  /// Alignment of the data in bytes, reached by an extra field as in PyTorch's archives.
  var alignment = 64

  init(_ entries: [Entry]) { self.entries = entries }

  func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = entry.headerOffset ?? UInt64(bytes.count)
      bytes += local(entry, at: bytes.count)
      bytes += entry.data
      directory += record(entry, headerOffset: offset)
    }
    let start = UInt64(bytes.count)
    let count = entryCount ?? UInt64(entries.count)
    bytes += directory
    if hasZip64End {
      let end = UInt64(bytes.count)
      bytes += little(0x0606_4b50 as UInt32) + little(44 as UInt64) + little(45 as UInt16) + little(45 as UInt16)
      bytes += little(UInt32(disk)) + little(UInt32(0)) + little(count) + little(count)
      bytes += little(UInt64(directory.count)) + little(start)
      bytes += little(0x0706_4b50 as UInt32) + little(UInt32(0)) + little(end) + little(UInt32(1))
    }
    bytes += little(0x0605_4b50 as UInt32) + little(disk) + little(UInt16(0))
    bytes += little(hasZip64End ? 0xffff : UInt16(count)) + little(hasZip64End ? 0xffff : UInt16(count))
    bytes += little(hasZip64End ? .max : UInt32(directory.count)) + little(hasZip64End ? .max : UInt32(start))
    return bytes + little(UInt16(comment.count)) + comment
  }

  private func local(_ entry: Entry, at offset: Int) -> [UInt8] {
    let name = Array((entry.localName ?? entry.name).utf8)
    let leavesOut = entry.leavesOutSizes
    var extra: [UInt8] = []
    if entry.isZip64 {
      extra = little(1 as UInt16) + little(16 as UInt16) + little(entry.byteCount) + little(entry.compressedByteCount)
    }
    if alignment > 1 {
      let padding = (alignment - (offset + 34 + name.count + extra.count) % alignment) % alignment
      extra += Array("FB".utf8) + little(UInt16(padding)) + [UInt8](repeating: 0x5a, count: padding)
    }
    let checksum = entry.localChecksum ?? entry.checksum
    let sizes = [entry.compressedByteCount, entry.byteCount].map { entry.isZip64 ? UInt32.max : UInt32($0) }
    return little(0x0403_4b50 as UInt32) + little(UInt16(20)) + little(entry.flags) + little(entry.method)
      + little(UInt32(0)) + little(leavesOut ? 0 : checksum) + little(leavesOut ? 0 : sizes[0])
      + little(leavesOut ? 0 : sizes[1]) + little(UInt16(name.count)) + little(UInt16(extra.count)) + name + extra
  }

  private func record(_ entry: Entry, headerOffset: UInt64) -> [UInt8] {
    let name = Array(entry.name.utf8)
    var extra: [UInt8] = []
    if entry.isZip64 {
      extra =
        little(1 as UInt16) + little(24 as UInt16) + little(entry.byteCount) + little(entry.compressedByteCount)
        + little(headerOffset)
    }
    let numbers = [entry.compressedByteCount, entry.byteCount].map { entry.isZip64 ? UInt32.max : UInt32($0) }
    return little(0x0201_4b50 as UInt32) + little(UInt16(20)) + little(UInt16(20)) + little(entry.flags)
      + little(entry.method) + little(UInt32(0)) + little(entry.checksum) + little(numbers[0]) + little(numbers[1])
      + little(UInt16(name.count)) + little(UInt16(extra.count)) + little(UInt16(0)) + little(UInt16(0))
      + little(UInt16(0)) + little(UInt32(0)) + little(entry.isZip64 ? .max : UInt32(headerOffset)) + name + extra
  }
}

func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

/// Computes the CRC-32 bit by bit, by its definition (ISO/IEC 8802-3, reflected).
func bitwiseCRC32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(UInt32.max) { value, byte in
    (0..<8).reduce(value ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
  }
}

/// Encodes raw deflate (RFC 1951) without compression.
func storedDeflate(_ content: [UInt8]) -> [UInt8] {
  precondition(content.count <= 0xffff, "one block")
  return [1] + little(UInt16(content.count)) + little(~UInt16(content.count)) + content
}

/// Encodes 258 · `runCount` + 1 zeros as raw deflate with fixed codes: a literal, then copies from one byte back.
func deflatedZeros(runCount: Int) -> [UInt8] {
  var bits: [UInt8] = [1, 1, 0]
  func code(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).reversed().map { UInt8(value >> $0 & 1) } }
  bits += code(0b0011_0000, 8)
  for _ in 0..<runCount { bits += code(0b1100_0101, 8) + code(0, 5) }
  bits += code(0, 7)
  bits += [UInt8](repeating: 0, count: -bits.count & 7)
  return stride(from: 0, to: bits.count, by: 8).map { start in
    (0..<8).reduce(0) { $0 | bits[start + $1] << UInt8($1) }
  }
}
