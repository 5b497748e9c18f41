package import ModelStore

/// A zip archive (APPNOTE.TXT 6.3.10), mapped into memory; `EntryContent` is what an entry holds.
///
/// Opening reads the central directory and every local header and checks all of both, so that whatever an entry says
/// of itself holds: entries lie inside the file and do not overlap, local headers say what the directory says, and
/// what is compressed inflates to at most twice the file's size. Zip64 is read; archives in several parts, encryption,
/// and compression other than deflate are not.
package struct ZipArchive: Sendable {
  let mapping: MappedFile
  /// In the order of the directory.
  package let entries: [ZipEntry]
  private let indexByName: [String: Int]

  var path: String { mapping.path }

  /// What compressed entries may inflate to together, in sizes of the file.
  package static let maximumExpansion = 2

  /// - Throws: `ImportError`.
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

  /// - Throws: `ImportError.missingEntry`.
  package func entry(named name: String) throws -> ZipEntry {
    guard let index = indexByName[name] else { throw ImportError.missingEntry(path: path, entry: name) }
    return entries[index]
  }

  package func contains(_ name: String) -> Bool { indexByName[name] != nil }
}

/// Little-endian numbers of a mapped file.
extension MappedFile {
  /// The unsigned number at `byteOffset`.
  ///
  /// - Precondition: it lies inside the file.
  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type, at byteOffset: Int) -> Number {
    withUnsafeBytes(in: byteOffset..<byteOffset + MemoryLayout<Number>.size) {
      Number(littleEndian: $0.loadUnaligned(as: Number.self))
    }
  }
}
