/// Ancillary record types of an archive (`formats/archive.md`, sections 2 and 3).
enum ArchiveRecordType {
  static let recording = 3
  static let mark = 4
  static let entries = 5
  static let names = 6
  static let directory = 7
  static let root = 8

  /// All record types of an archive; an input to append must not hold records of these types.
  static let all = recording...root
}
