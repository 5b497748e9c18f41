/// All values of one pickle, side by side: however deep they are nested, keeping and freeing them needs no recursion.
public final class PickleDocument: Sendable {
  struct Node: Sendable {
    enum Kind: Sendable {
      case none
      case bool(Bool)
      case integer(Int)
      case bigInteger(Range<Int>)
      case float(Double)
      case text(Range<Int>)
      case bytes(Range<Int>)
      case tuple(list: Int)
      case list(list: Int)
      /// Keys and values by turns.
      case dictionary(list: Int)
      case global(Int)
      case persistentID(Int)
      case object(Int)
    }

    var kind: Kind
    let byteOffset: Int
  }

  struct ObjectRecord: Sendable {
    let global: Int
    let argumentList: Int
    var state: Int?
    var appendedList: Int?
    var entryList: Int?
  }

  let bytes: [UInt8]
  let nodes: [Node]
  /// Indices into `nodes`.
  let lists: [[Int32]]
  let globals: [PickleGlobal]
  let objects: [ObjectRecord]
  private let rootIndex: Int
  /// Offset of the first byte after the pickle in the array it was read from.
  public let endOffset: Int

  init(
    bytes: [UInt8], nodes: [Node], lists: [[Int32]], globals: [PickleGlobal], objects: [ObjectRecord], rootIndex: Int,
    endOffset: Int
  ) {
    (self.bytes, self.nodes, self.lists, self.globals) = (bytes, nodes, lists, globals)
    (self.objects, self.rootIndex, self.endOffset) = (objects, rootIndex, endOffset)
  }

  /// The value that Python's `load` would have returned.
  public var root: PickleValue { PickleValue(document: self, index: rootIndex) }
}
