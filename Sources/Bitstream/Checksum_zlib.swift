import CZlib

/// Running CRC-32 of zlib, gzip and PNG (polynomial 0x04C11DB7, reflected; `formats/container.md`, section 1).
package struct Checksum: Equatable, Sendable {
  /// Checksum of all bytes so far; 0 for no bytes.
  package private(set) var value: UInt32

  package init() { value = 0 }

  /// Creates a checksum that continues `value`, the checksum of the bytes before.
  init(continuing value: UInt32) { self.value = value }

  /// Adds bytes to the checksum.
  package mutating func update(_ bytes: [UInt8]) { update(bytes, 0..<bytes.count) }

  /// Adds the bytes in `range` to the checksum.
  ///
  /// - Precondition: `range` lies inside `bytes`.
  package mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range outside the bytes")
    guard !range.isEmpty else { return }
    value = bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(uLong(value), buffer.baseAddress! + range.lowerBound, range.count))
    }
  }
}
