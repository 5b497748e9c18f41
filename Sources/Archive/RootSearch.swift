/// Ways to search for the root in force of an archive (`formats/archive.md`, section 4).
public enum RootSearch: Sendable {
  /// Reads a few kilobytes at the end of the file. A recording that a version before 0.3.0 appended, that is not in the
  /// index and that holds forged roots can mislead this search in a file of more than 64 KiB.
  case quick
  /// Reads 3 MiB at the end of the file, and believes a root only if these bytes are one chain of records.
  case thorough
  /// Reads the whole file from its beginning.
  case complete
}
