import CZlib
import ModelStore

/// Content of a zip entry. An entry without compression stays in the mapped file; a deflated entry is inflated into
/// memory.
///
/// Opening an entry checks its CRC-32.
package final class EntryContent {
  private enum Place {
    case mapped(Range<Int>)
    case memory([UInt8])
  }

  private let mapping: MappedFile
  private let place: Place
  /// Size of the content in bytes.
  package let byteCount: Int

  /// Opens an entry and reads it once as a whole.
  ///
  /// - Throws: ``ImportError/checksumMismatch(path:entry:expected:found:)``, ``ImportError/damagedEntry(path:entry:)`` or
  ///   `ModelError.shortened`.
  package init(_ entry: ZipEntry, of archive: ZipArchive) throws {
    mapping = archive.mapping
    byteCount = entry.byteCount
    try archive.mapping.requireLength()
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

  /// Content of a byte range of a file that is no archive. No checksum is verified.
  init(_ mapping: MappedFile, _ range: Range<Int>) {
    self.mapping = mapping
    place = .mapped(range)
    byteCount = range.count
  }

  /// Calls `body` with the bytes of `range`; their address is valid during the call.
  ///
  /// - Precondition: `range` is within `0..<byteCount`.
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

  /// All bytes of the content, copied from the file if the entry is stored.
  package func bytes() -> [UInt8] {
    if case .memory(let bytes) = place { return bytes }
    return withUnsafeBytes(in: 0..<byteCount) { Array($0) }
  }

  /// Lets the system reclaim the memory of the bytes in `range`; a later access reads the file again. Has no effect on
  /// an inflated entry.
  func release(_ range: Range<Int>) {
    guard case .mapped(let place) = place else { return }
    mapping.releasePages(in: place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound)
  }

  private static func checksum(of file: MappedFile, _ range: Range<Int>) -> UInt32 {
    // Chunks bound how much of a large file is in memory at a time.
    let chunkByteCount = 4 << 20
    var checksum: UInt32 = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: chunkByteCount) {
      let chunk = start..<min(start + chunkByteCount, range.upperBound)
      checksum = file.withUnsafeBytes(in: chunk) { self.checksum(of: $0, continuing: checksum) }
      file.releasePages(in: chunk)
    }
    return checksum
  }

  private static func checksum(of bytes: UnsafeRawBufferPointer, continuing value: UInt32) -> UInt32 {
    guard !bytes.isEmpty else { return value }
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    return UInt32(truncatingIfNeeded: crc32_z(uLong(value), start, bytes.count))
  }

  /// Inflates raw deflate data; `nil` if the data are damaged or do not give exactly `byteCount` bytes.
  private static func inflate(_ file: MappedFile, _ range: Range<Int>, byteCount: Int) -> [UInt8]? {
    // zlib's state points back to the stream, so the stream needs a fixed address.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    defer { inflateEnd(stream) }
    // The extra byte shows whether the data give too many bytes.
    var output = [UInt8](repeating: 0, count: byteCount + 1)
    // zlib counts the bytes of one call in 32 bits.
    let chunkByteCount = 1 << 30
    var (readCount, madeCount) = (0, 0)
    var status = Z_OK
    while status == Z_OK {
      let (input, room) = (min(range.count - readCount, chunkByteCount), min(output.count - madeCount, chunkByteCount))
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
