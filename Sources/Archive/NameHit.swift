import Bitstream

/// Item of a name page: the CRC-32 of a name, and the index of the run's entry page that has this name.
struct NameHit: Equatable {
  let hash: UInt32
  let entryPageIndex: Int

  static func hash(of name: String) -> UInt32 {
    var checksum = Checksum()
    checksum.update([UInt8](name.utf8))
    return checksum.value
  }
}
