import CZlib

/// CRC-32 of many overlapping stretches of one buffer, without reading any stretch as a whole.
///
/// A reader that looks for the next intact record must check every place that looks like one. Hostile input can make
/// each of them claim a megabyte; with checksums of the buffer's beginnings, kept at regular distances, each check costs
/// a few microseconds all the same.
struct StretchChecksum {
  private static let spacing = 1_024
  /// Index in the buffer from which the beginnings count.
  private let anchor: Int
  /// Element `i` covers `anchor ..< anchor + i * spacing`.
  private var checkpoints: [UInt32] = [0]

  init(anchor: Int) { self.anchor = anchor }

  /// CRC-32 of `buffer[range]`.
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
