import Bitstream

/// Correction of the lengths and checksums of a mutated container's records.
///
/// Without correction hardly any mutation passes the checksums. Every sync pattern begins a record. The bytes up to the
/// next sync pattern, without the old length and checksum, are its body.
public enum RecordRepair {
  private static let checksumByteCount = 4

  /// Returns the bytes with correct lengths and checksums.
  public static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    let starts = bytes.indices.filter { bytes[$0...].starts(with: StreamFormat.sync) }
    guard let first = starts.first else { return bytes }
    var repaired = Array(bytes[..<first])
    for (start, end) in zip(starts, starts.dropFirst() + [bytes.count]) {
      repaired += record(around: bytes[start..<end])
    }
    return repaired
  }

  private static func record(around bytes: ArraySlice<UInt8>) -> [UInt8] {
    let fields = bytes.dropFirst(StreamFormat.sync.count)
    guard let kind = fields.first else { return Array(bytes) }
    let rest = fields.dropFirst()
    // The old length has up to three bytes, of which the last has no bit 7.
    guard let lengthEnd = rest.prefix(3).firstIndex(where: { $0 < 0x80 }) else { return Array(bytes) }
    let body = rest[(lengthEnd + 1)...].dropLast(checksumByteCount).prefix(StreamLimits.bodyByteCount)
    let record = StreamFormat.sync + [kind] + varint(body.count) + body
    let checksum = tabledCRC32(record)
    return record + (0..<checksumByteCount).reversed().map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
  }

  private static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }
}
