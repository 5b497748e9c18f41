import SystemCalls

/// File that is mapped read-only into memory as long as the object lives.
///
/// Pages are read on their first access. Readers call ``requireLength()`` before they read many bytes. Where another program
/// cuts the file short later, an access ends the program: with a message where the program handles it
/// (`MappingFault`), else with SIGBUS.
package final class MappedFile: Sendable {
  /// Path of the file.
  package let path: String
  private let mapping: FileMapping

  /// Size of the file in bytes.
  package var byteCount: Int { mapping.byteCount }

  /// Maps the file at `path`.
  ///
  /// - Throws: ``ModelError/cannotOpen(path:errorNumber:)``, ``ModelError/notARegularFile(path:)`` or
  ///   ``ModelError/cannotMap(path:errorNumber:)``.
  package init(path: String) throws {
    let file: OpenFile
    let kind: FileStatus.Kind
    do throws(SystemFailure) {
      file = try OpenFile(reading: path)
      kind = try file.kind()
    } catch {
      throw ModelError.cannotOpen(path: path, errorNumber: error.code)
    }
    guard kind == .regularFile else { throw ModelError.notARegularFile(path: path) }
    do throws(SystemFailure) { mapping = try FileMapping(file, path: path) } catch {
      throw ModelError.cannotMap(path: path, errorNumber: error.code)
    }
    self.path = path
  }

  /// Status of the file when it was mapped.
  var status: FileStatus { mapping.status }

  /// Whether the file is as it was when it was mapped.
  var isUnchanged: Bool { (try? mapping.currentStatus()) == mapping.status }

  /// Checks that no program has cut the file short since it was mapped.
  ///
  /// - Throws: ``ModelError/shortened(path:expected:found:)`` or ``ModelError/cannotOpen(path:errorNumber:)``.
  package func requireLength() throws {
    let found: Int
    do throws(SystemFailure) { found = try mapping.currentStatus().byteCount } catch {
      throw ModelError.cannotOpen(path: path, errorNumber: error.code)
    }
    guard found >= byteCount else { throw ModelError.shortened(path: path, expected: byteCount, found: found) }
  }

  /// Calls `body` with the bytes of `range`; their address is valid during the call.
  ///
  /// - Precondition: `range` is within `0..<byteCount`.
  package func withUnsafeBytes<Result>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try mapping.withUnsafeBytes(in: range, body)
  }

  /// Releases the memory of the pages that lie entirely inside `range`; a later access reads the file again.
  ///
  /// Functions that convert or hash the data of tensors call this function after each tensor or chunk, so that memory
  /// holds only a part of the file.
  package func releasePages(in range: Range<Int>) { mapping.releasePages(in: range) }
}
