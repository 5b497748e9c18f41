/// Header length of a mutated safetensors file.
enum HeaderRepair {
  /// Returns the header, which ends at the first zero byte, with its length in front and the data behind it.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    let header = bytes.prefix { $0 != 0 }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + bytes.dropFirst(header.count + 1)
  }
}
