import CZlib

/// CRC-32 as zlib, gzip and PNG use it (ISO/IEC 8802-3; polynomial 0x04C11DB7, reflected), over bytes given piecemeal.
package struct Checksum: Equatable, Sendable {
  package private(set) var value: UInt32

  package init() { value = 0 }

  /// Goes on from the checksum of what came before.
  init(continuing value: UInt32) { self.value = value }

  package mutating func update(_ bytes: [UInt8]) { update(bytes, 0..<bytes.count) }

  /// - Precondition: `range` lies inside `bytes`.
  package mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range outside the bytes")
    guard !range.isEmpty else { return }
    value = bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(uLong(value), buffer.baseAddress! + range.lowerBound, range.count))
    }
  }
}
