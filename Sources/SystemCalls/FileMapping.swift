import Glibc

/// Whole file mapped read-only into memory; the mapping ends with the last reference.
///
/// Pages are read on their first access. Where another program cuts the file short, ``currentStatus()`` shows it, and
/// an access raises SIGBUS (``MappingFault``).
package final class FileMapping: @unchecked Sendable {  // Everything is set in init; the mapping is never written.
  package let byteCount: Int
  /// Status of the file when it was mapped.
  package let status: FileStatus
  private let file: OpenFile
  /// Address of the first byte; `nil` for an empty file, which cannot be mapped.
  private let base: UnsafeMutableRawPointer?

  /// Maps a regular file, which stays open as long as the mapping lives.
  ///
  /// - Parameter path: path of the file, for messages.
  /// - Throws: ``SystemFailure``.
  package init(_ file: OpenFile, path: String) throws(SystemFailure) {
    self.file = file
    status = try file.status()
    byteCount = status.byteCount
    if byteCount > 0 {
      let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
      guard let address, address != MAP_FAILED else { throw .last }
      base = address
    } else {
      base = nil
    }
    if let addresses { MappedRanges.shared.add(addresses, path: path) }
  }

  deinit {
    if let addresses { MappedRanges.shared.remove(addresses) }
    if let base { munmap(base, byteCount) }
  }

  /// Addresses of all bytes; nil for an empty file.
  private var addresses: Range<UInt>? {
    base.map { UInt(bitPattern: $0)..<UInt(bitPattern: $0 + byteCount) }
  }

  /// Current status of the file.
  package func currentStatus() throws(SystemFailure) -> FileStatus { try file.status() }

  /// Calls `body` with the bytes of the file in `range`.
  ///
  /// - Precondition: `range` lies in `0..<byteCount`.
  package func withUnsafeBytes<Result>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the mapped file")
    return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: byteCount)[range]))
  }

  /// Returns the pages that lie entirely inside the byte range `range` to the system; a later access reads the file
  /// again.
  package func releasePages(in range: Range<Int>) {
    guard let base else { return }
    let pageSize = Int(getpagesize())
    let first = (range.lowerBound + pageSize - 1) / pageSize * pageSize
    let end = range.upperBound / pageSize * pageSize
    if end > first { madvise(base + first, end - first, MADV_DONTNEED) }
  }
}
