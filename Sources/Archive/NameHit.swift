import Bitstream

/// Item of a name page: the CRC-32 of a name, and the number of the entry page with that name.
struct NameHit: Equatable {
  let hash: UInt32
  let entryPageIndex: Int

  static func hash(of name: String) -> UInt32 {
    var checksum = Checksum()
    checksum.update([UInt8](name.utf8))
    return checksum.value
  }
}
