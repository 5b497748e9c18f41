/// Description of a run in a root (`formats/archive.md`, section 3.4).
struct RunReference: Equatable {
  /// Level: 0 for a run made of the root's recent entries, one more with each merge.
  let level: Int
  let entryCount: Int
  let directoryByteRange: Range<Int>
  /// Start of the first entry, and end of the entry that ends last, in microseconds since 1970.
  let span: ClosedRange<Int>

  /// Largest duration of a run in microseconds: more than the longest recording and the widest span of starts.
  static let longestSpan = (1 << 56) - 1
}
