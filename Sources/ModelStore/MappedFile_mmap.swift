import Foundation

/// File that is mapped read-only into memory as long as the object lives.
///
/// Pages are read on their first access. The file must not be truncated meanwhile, because an access would then end the
/// process.
package final class MappedFile: @unchecked Sendable {  // Everything is set in init; the mapping is never written.
  /// Path of the file.
  package let path: String
  /// Size of the file in bytes.
  package let byteCount: Int
  /// Address of the mapping; `nil` for an empty file, which cannot be mapped.
  private let base: UnsafeMutableRawPointer?

  /// Maps the file at `path`.
  ///
  /// - Throws: ``ModelError/cannotOpen(path:errorNumber:)``, ``ModelError/notARegularFile(path:)`` or
  ///   ``ModelError/cannotMap(path:errorNumber:)``.
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

  /// Calls `body` with the bytes of `range`.
  ///
  /// - Precondition: `range` is within `0..<byteCount`.
  package func withUnsafeBytes<Result>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the mapped file")
    return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: byteCount)[range]))
  }

  /// Releases the memory of the pages inside `range`; a later access reads the file again.
  ///
  /// Conversions call this function, so that memory does not hold stored and converted weights together.
  package func releasePages(in range: Range<Int>) {
    guard let base else { return }
    let pageSize = Int(getpagesize())
    let first = (range.lowerBound + pageSize - 1) / pageSize * pageSize
    let end = range.upperBound / pageSize * pageSize
    if end > first { madvise(base + first, end - first, MADV_DONTNEED) }
  }
}

/// Text of the system for an error number, in lower case.
func systemErrorText(_ errorNumber: Int32) -> String {
  String(cString: strerror(errorNumber)).lowercased()
}
