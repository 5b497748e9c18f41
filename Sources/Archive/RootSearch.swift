/// Ways to search for the root in force of an archive, which is its last valid root (`formats/archive.md`, section 4).
public enum RootSearch: Sendable {
  /// Reads 4 to 64 KiB at the end of the file; if these bytes do not name a root beyond doubt, goes on as `thorough`
  /// does.
  ///
  /// In a file of more than 64 KiB, a recording can mislead this search if a version before 0.3.0 appended the
  /// recording, the index does not have the recording, and its bytes imitate a root.
  case quick
  /// Reads 3 MiB at the end of the file, and believes a root only if these bytes are one chain of records; otherwise,
  /// reads the whole file.
  case thorough
  /// Reads the whole file from its beginning.
  case complete
}
