import Bitstream

/// Item of a name page (`formats/archive.md`, section 3.2): the CRC-32 of a name, and the index of the entry page that
/// has this name, counted from the first entry page of the run (0).
struct NameHit: Equatable {
  let hash: UInt32
  let entryPageIndex: Int

  /// Returns the CRC-32 of the UTF-8 bytes of a name.
  static func hash(of name: String) -> UInt32 {
    var checksum = Checksum()
    checksum.update([UInt8](name.utf8))
    return checksum.value
  }
}
