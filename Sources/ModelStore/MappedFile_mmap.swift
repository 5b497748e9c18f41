import Foundation

/// A whole file mapped read-only into memory; unmapped when the last reference goes.
///
/// Pages are read when they are touched. The file must not be truncated while it is mapped: the system then ends the
/// process, as for any mapped file.
package final class MappedFile: @unchecked Sendable {  // Everything is set in init; the mapping is never written.
  package let path: String
  package let byteCount: Int
  /// `nil` for an empty file, which cannot be mapped.
  private let base: UnsafeMutableRawPointer?

  /// - Throws: `ModelError.cannotOpen`, `.notARegularFile`, `.cannotMap`.
  package init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModelError.cannotOpen(path: path, errorNumber: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ModelError.cannotOpen(path: path, errorNumber: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelError.notARegularFile(path: path) }
    let byteCount = Int(status.st_size)
    if byteCount > 0 {
      let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != MAP_FAILED else { throw ModelError.cannotMap(path: path, errorNumber: errno) }
      base = address
    } else {
      base = nil
    }
    self.path = path
    self.byteCount = byteCount
  }

  deinit {
    if let base { munmap(base, byteCount) }
  }

  /// Calls `body` with the bytes in `range`.
  ///
  /// - Precondition: `range` lies in `0..<byteCount`.
  package func withUnsafeBytes<Result>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the mapped file")
    return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: byteCount)[range]))
  }

  /// Gives the pages inside `range` back to the system; touching them again reads the file again.
  ///
  /// Keeps a model from being in memory twice while its weights are converted.
  package func releasePages(in range: Range<Int>) {
    guard let base else { return }
    let pageSize = Int(getpagesize())
    let first = (range.lowerBound + pageSize - 1) / pageSize * pageSize
    let end = range.upperBound / pageSize * pageSize
    if end > first { madvise(base + first, end - first, MADV_DONTNEED) }
  }
}

/// What the system says about an error number.
func systemErrorText(_ errorNumber: Int32) -> String {
  String(cString: strerror(errorNumber)).lowercased()
}
