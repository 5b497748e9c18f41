/// Entries of a dictionary in the order of the pickle, repeated keys included.
public struct PickleEntries: RandomAccessCollection, Sendable {
  private let values: PickleValues

  init(document: PickleDocument, indices: [Int32]) {
    values = PickleValues(document: document, indices: indices)
  }

  /// Index of the first entry: 0.
  public var startIndex: Int { 0 }
  /// Number of entries.
  public var endIndex: Int { values.count / 2 }
  /// Entry at `position`.
  public subscript(position: Int) -> (key: PickleValue, value: PickleValue) {
    (values[2 * position], values[2 * position + 1])
  }

  /// Value of a text key, or nil if there is no such key; the last value if the key is repeated, as in Python.
  ///
  /// - Complexity: O(n), however long the keys are.
  public subscript(_ key: String) -> PickleValue? {
    last { $0.key.isText(key) }?.value
  }
}
