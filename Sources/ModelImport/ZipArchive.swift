package import ModelStore

/// Zip archive (APPNOTE.TXT 6.3.10) that is mapped into memory; ``EntryContent`` reads an entry.
///
/// Opening an archive checks the central directory and all local headers. Entries are inside the file and do not
/// overlap. Local headers and directory agree. All compressed entries together inflate to at most twice the file's
/// size. Zip64 is supported; split archives, encryption and compression other than deflate are not supported.
package struct ZipArchive: Sendable {
  let mapping: MappedFile
  /// Entries in the order of the directory.
  package let entries: [ZipEntry]
  private let indexByName: [String: Int]

  var path: String { mapping.path }

  /// Largest total size of all compressed entries after inflation, in multiples of the file's size.
  package static let maximumExpansion = 2

  /// Opens the archive in a mapped file.
  ///
  /// - Throws: ``ImportError`` if the archive is invalid or unsupported.
  package init(_ mapping: MappedFile) throws {
    self.mapping = mapping
    let directory = try ZipEndRecord(mapping)
    var reader = ZipDirectoryReader(mapping, directory)
    entries = try reader.entries()
    var indices: [String: Int] = [:]
    indices.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      guard indices.updateValue(index, forKey: entry.name) == nil else {
        throw ImportError.malformedArchive(
          path: mapping.path, entry: entry.name, reason: "the name occurs twice",
          byteOffset: entry.dataRange.lowerBound)
      }
    }
    indexByName = indices
    let allowed = mapping.byteCount.multipliedReportingOverflow(by: Self.maximumExpansion).partialValue
    var inflatedByteCount = 0
    for entry in entries where entry.method == .deflated {
      let (sum, overflow) = inflatedByteCount.addingReportingOverflow(entry.byteCount)
      guard !overflow, sum <= allowed else {
        throw ImportError.archiveExpandsTooMuch(
          path: mapping.path, byteCount: overflow ? .max : sum, allowed: allowed)
      }
      inflatedByteCount = sum
    }
  }

  /// Entry with the given name.
  ///
  /// - Throws: ``ImportError/missingEntry(path:entry:)``.
  package func entry(named name: String) throws -> ZipEntry {
    guard let index = indexByName[name] else { throw ImportError.missingEntry(path: path, entry: name) }
    return entries[index]
  }

  /// Whether the archive has an entry with the given name.
  package func contains(_ name: String) -> Bool { indexByName[name] != nil }
}

extension MappedFile {
  /// Reads the unsigned little-endian number at `byteOffset`.
  ///
  /// - Precondition: all bytes of the number are inside the file.
  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type, at byteOffset: Int) -> Number {
    withUnsafeBytes(in: byteOffset..<byteOffset + MemoryLayout<Number>.size) {
      Number(littleEndian: $0.loadUnaligned(as: Number.self))
    }
  }
}
