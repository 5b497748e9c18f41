/// All values of one pickle in flat arrays, so that values of any nesting are kept and freed without recursion.
public final class PickleDocument: Sendable {
  /// Value of the pickle and offset of its opcode in the input.
  struct Node: Sendable {
    /// Type and content of a value. Ranges are ranges of `bytes`. The integers of `tuple`, `list` and `dictionary` are
    /// indices into `lists`. The integer of `global` is an index into `globals`, the integer of `persistentID` into
    /// `nodes`, and the integer of `object` into `objects`.
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
      /// List of alternating keys and values.
      case dictionary(list: Int)
      case global(Int)
      case persistentID(Int)
      case object(Int)
    }

    var kind: Kind
    let byteOffset: Int
  }

  /// Recorded call of an allowed global. `global` is an index into `globals`, `state` into `nodes`; the other numbers
  /// are indices into `lists`.
  struct ObjectRecord: Sendable {
    let global: Int
    let argumentList: Int
    var state: Int?
    var appendedList: Int?
    var entryList: Int?
  }

  let bytes: [UInt8]
  let nodes: [Node]
  /// Items of each container as indices into `nodes`.
  let lists: [[Int32]]
  let globals: [PickleGlobal]
  let objects: [ObjectRecord]
  private let rootIndex: Int
  /// Offset in the input of the first byte after the pickle.
  public let endOffset: Int

  init(
    bytes: [UInt8], nodes: [Node], lists: [[Int32]], globals: [PickleGlobal], objects: [ObjectRecord], rootIndex: Int,
    endOffset: Int
  ) {
    (self.bytes, self.nodes, self.lists, self.globals) = (bytes, nodes, lists, globals)
    (self.objects, self.rootIndex, self.endOffset) = (objects, rootIndex, endOffset)
  }

  /// Value of the whole pickle, which Python's `load` would return; calls are recorded, not executed.
  public var root: PickleValue { PickleValue(document: self, index: rootIndex) }
}
