import CZlib

/// CRC-32 of many overlapping ranges of one buffer, each in constant time on average.
///
/// The search for the next intact record verifies every place that looks like a record. In hostile input, each place
/// can claim a record of 1 MiB. Stored checksums of prefixes of the buffer, whose lengths differ by 1 024 bytes, make
/// each verification take a few microseconds.
struct RangeChecksum {
  /// Number of bytes by which each stored prefix is longer than the previous prefix.
  private static let spacing = 1_024
  /// Index in the buffer at which all prefixes begin.
  private let anchor: Int
  /// Checksums of prefixes; element `i` covers `anchor ..< anchor + i * spacing`.
  private var checkpoints: [UInt32] = [0]

  init(anchor: Int) { self.anchor = anchor }

  /// Returns the CRC-32 of `buffer[range]`.
  ///
  /// - Precondition: `range` lies inside the buffer and not before the anchor; the buffer only grows between calls.
  mutating func value(of range: Range<Int>, in buffer: [UInt8]) -> UInt32 {
    let before = beginning(upTo: range.lowerBound, in: buffer)
    let whole = beginning(upTo: range.upperBound, in: buffer)
    // CRC(A B) = shift(CRC(A), |B|) ^ CRC(B), and zlib combines with CRC(B) = 0 to the shift alone.
    let shifted = UInt32(truncatingIfNeeded: crc32_combine(uLong(before), 0, range.count))
    return whole ^ shifted
  }

  private mutating func beginning(upTo end: Int, in buffer: [UInt8]) -> UInt32 {
    let index = (end - anchor) / Self.spacing
    while checkpoints.count <= index {
      let start = anchor + (checkpoints.count - 1) * Self.spacing
      var checksum = Checksum(continuing: checkpoints[checkpoints.count - 1])
      checksum.update(buffer, start..<start + Self.spacing)
      checkpoints.append(checksum.value)
    }
    var checksum = Checksum(continuing: checkpoints[index])
    checksum.update(buffer, anchor + index * Self.spacing..<end)
    return checksum.value
  }
}
