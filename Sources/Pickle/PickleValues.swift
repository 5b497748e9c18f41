/// Items of a list or tuple in order.
public struct PickleValues: RandomAccessCollection, Sendable {
  let document: PickleDocument
  let itemIndices: [Int32]

  init(document: PickleDocument, indices: [Int32]) {
    self.document = document
    itemIndices = indices
  }

  /// Index of the first item: 0.
  public var startIndex: Int { 0 }
  /// Number of items.
  public var endIndex: Int { itemIndices.count }
  /// Item at `position`.
  public subscript(position: Int) -> PickleValue {
    PickleValue(document: document, index: Int(itemIndices[position]))
  }
}
