/// Zip archive with a pickle: stored entries with correct fields.
enum PickleArchive {
  static func bytes(pickle: [UInt8]) -> [UInt8] {
    let storage = (0..<64).map { UInt8($0 % 4 == 3 ? 0x3f : $0) }
    let entries = [("m/data.pkl", pickle)] + (0..<4).map { ("m/data/\($0)", storage) }
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in entries {
      let offset = bytes.count
      // Flags, method, time and date are 0.
      let common =
        [UInt8](repeating: 0, count: 8) + little(tabledCRC32(content)) + little(UInt32(content.count))
        + little(UInt32(content.count)) + little(UInt16(name.utf8.count)) + little(UInt16(0))
      bytes += little(0x0403_4b50 as UInt32) + little(UInt16(20)) + common + name.utf8 + content
      directory += little(0x0201_4b50 as UInt32) + little(UInt16(20)) + little(UInt16(20)) + common
      directory += [UInt8](repeating: 0, count: 10) + little(UInt32(offset)) + name.utf8
    }
    let start = bytes.count
    bytes += directory + little(0x0605_4b50 as UInt32) + [0, 0, 0, 0]
    bytes += little(UInt16(entries.count)) + little(UInt16(entries.count))
    return bytes + little(UInt32(directory.count)) + little(UInt32(start)) + little(UInt16(0))
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
