import CZlib
import ModelStore

/// The content of a zip entry: in place where it is stored, in memory where it had to be inflated.
///
/// Its CRC-32 was checked when it was opened.
package final class EntryContent {
  private enum Place {
    case mapped(Range<Int>)
    case memory([UInt8])
  }

  private let mapping: MappedFile
  private let place: Place
  package let byteCount: Int

  /// Reads the whole entry once.
  ///
  /// - Throws: `ImportError.checksumMismatch`, `.damagedEntry`.
  package init(_ entry: ZipEntry, of archive: ZipArchive) throws {
    mapping = archive.mapping
    byteCount = entry.byteCount
    let checksum: UInt32
    switch entry.method {
    case .stored:
      place = .mapped(entry.dataRange)
      checksum = Self.checksum(of: archive.mapping, entry.dataRange)
    case .deflated:
      guard let bytes = Self.inflate(archive.mapping, entry.dataRange, byteCount: entry.byteCount) else {
        throw ImportError.damagedEntry(path: archive.path, entry: entry.name)
      }
      place = .memory(bytes)
      checksum = bytes.withUnsafeBytes { Self.checksum(of: $0, continuing: 0) }
    }
    guard checksum == entry.checksum else {
      throw ImportError.checksumMismatch(
        path: archive.path, entry: entry.name, expected: entry.checksum, found: checksum)
    }
  }

  /// A part of a file that is no archive, which nobody has summed.
  init(_ mapping: MappedFile, _ range: Range<Int>) {
    self.mapping = mapping
    place = .mapped(range)
    byteCount = range.count
  }

  /// Calls `body` with the bytes in `range`.
  ///
  /// - Precondition: `range` lies in `0..<byteCount`.
  func withUnsafeBytes<Result>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the entry")
    return switch place {
    case .mapped(let place):
      try mapping.withUnsafeBytes(in: place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound, body)
    case .memory(let bytes):
      try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
  }

  /// All of it: a copy where it is stored.
  package func bytes() -> [UInt8] {
    if case .memory(let bytes) = place { return bytes }
    return withUnsafeBytes(in: 0..<byteCount) { Array($0) }
  }

  /// Gives memory back that holds bytes of `range`; they can still be read.
  func release(_ range: Range<Int>) {
    guard case .mapped(let place) = place else { return }
    mapping.releasePages(in: place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound)
  }

  private static func checksum(of file: MappedFile, _ range: Range<Int>) -> UInt32 {
    // Pieces keep the resident part of a large file small.
    let pieceByteCount = 4 << 20
    var checksum: UInt32 = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceByteCount) {
      let piece = start..<min(start + pieceByteCount, range.upperBound)
      checksum = file.withUnsafeBytes(in: piece) { self.checksum(of: $0, continuing: checksum) }
      file.releasePages(in: piece)
    }
    return checksum
  }

  private static func checksum(of bytes: UnsafeRawBufferPointer, continuing value: UInt32) -> UInt32 {
    guard !bytes.isEmpty else { return value }
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    return UInt32(truncatingIfNeeded: crc32_z(uLong(value), start, bytes.count))
  }

  /// The `byteCount` bytes that raw deflate in `range` makes, or `nil` where it is broken or makes more or fewer.
  private static func inflate(_ file: MappedFile, _ range: Range<Int>, byteCount: Int) -> [UInt8]? {
    // On the heap because zlib's state points back at it.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    defer { inflateEnd(stream) }
    // One byte more, so that data that make too many are noticed.
    var output = [UInt8](repeating: 0, count: byteCount + 1)
    // zlib counts in 32 bits.
    let pieceByteCount = 1 << 30
    var (readCount, madeCount) = (0, 0)
    var status = Z_OK
    while status == Z_OK {
      let (input, room) = (min(range.count - readCount, pieceByteCount), min(output.count - madeCount, pieceByteCount))
      let inputStart = range.lowerBound + readCount
      file.withUnsafeBytes(in: inputStart..<inputStart + input) { source in
        output.withUnsafeMutableBytes { target in
          stream.pointee.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
          stream.pointee.avail_in = uInt(input)
          stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress.map { $0 + madeCount }
          stream.pointee.avail_out = uInt(room)
          status = CZlib.inflate(stream, Z_NO_FLUSH)
          readCount += input - Int(stream.pointee.avail_in)
          madeCount += room - Int(stream.pointee.avail_out)
        }
      }
    }
    guard status == Z_STREAM_END, readCount == range.count, madeCount == byteCount else { return nil }
    output.removeLast()
    return output
  }
}
