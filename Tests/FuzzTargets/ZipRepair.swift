/// Correction of the checksums of a mutated zip archive's stored entries.
enum ZipRepair {
  private static let localSignature: [UInt8] = [0x50, 0x4B, 3, 4]
  private static let directorySignature: [UInt8] = [0x50, 0x4B, 1, 2]
  private static let localByteCount = 30
  private static let directoryByteCount = 46

  static func repaired(_ archive: [UInt8]) -> [UInt8] {
    var repaired = archive
    for start in places(of: localSignature, localByteCount, in: archive) where archive[start + 8] == 0 {
      let nameAndExtra = number(at: start + 26, byteCount: 2, archive) + number(at: start + 28, byteCount: 2, archive)
      let dataStart = start + localByteCount + nameAndExtra
      let count = number(at: start + 18, byteCount: 4, archive)
      guard dataStart + count <= archive.count else { continue }
      let checksum = tabledCRC32(archive[dataStart..<dataStart + count])
      store(checksum, at: start + 14, in: &repaired)
      for entry in places(of: directorySignature, directoryByteCount, in: archive)
      where number(at: entry + 42, byteCount: 4, archive) == start {
        store(checksum, at: entry + 16, in: &repaired)
      }
    }
    return repaired
  }

  private static func places(of signature: [UInt8], _ byteCount: Int, in bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast(byteCount - 1).filter { bytes[$0...].starts(with: signature) }
  }

  private static func number(at offset: Int, byteCount: Int, _ bytes: [UInt8]) -> Int {
    bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func store(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
  }
}
