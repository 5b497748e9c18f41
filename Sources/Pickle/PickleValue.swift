/// Value of a pickle: a reference into its ``PickleDocument``, which the reference keeps alive.
///
/// ``content`` gives one level of nesting. Values can contain themselves, and one value can occur many times. Code that
/// traverses values must therefore have a bound of its own.
public struct PickleValue: Sendable {
  let document: PickleDocument
  let index: Int

  /// Offset of the value in the input.
  public var byteOffset: Int { document.nodes[index].byteOffset }

  /// Type and content of the value, one level deep.
  public var content: PickleContent {
    func values(_ list: Int) -> PickleValues { PickleValues(document: document, indices: document.lists[list]) }
    return switch document.nodes[index].kind {
    case .none: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .bigInteger(let range): .bigInteger(document.bytes[range])
    case .float(let value): .float(value)
    case .text(let range): .text(String(decoding: document.bytes[range], as: UTF8.self))
    case .bytes(let range): .bytes(document.bytes[range])
    case .tuple(let list): .tuple(values(list))
    case .list(let list): .list(values(list))
    case .dictionary(let list): .dictionary(PickleEntries(document: document, indices: document.lists[list]))
    case .global(let number): .global(document.globals[number])
    case .persistentID(let value): .persistentID(PickleValue(document: document, index: value))
    case .object(let number): .object(PickleObject(document: document, number: number))
    }
  }

  /// Text, or nil for a value of another type.
  public var text: String? { if case .text(let value) = content { value } else { nil } }
  /// Integer of at most 64 bits, or nil for a value of another type, a Boolean included.
  public var integer: Int? { if case .integer(let value) = content { value } else { nil } }
  /// Boolean, or nil for a value of another type.
  public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  /// Floating-point number or converted integer, or nil for a value of another type.
  public var number: Double? {
    switch content {
    case .float(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  /// Bytes of a byte string or byte array, or nil for a value of another type.
  public var bytes: ArraySlice<UInt8>? { if case .bytes(let value) = content { value } else { nil } }
  /// Items of a tuple, or nil for a value of another type.
  public var tuple: PickleValues? { if case .tuple(let values) = content { values } else { nil } }
  /// Items of a list, or nil for a value of another type.
  public var list: PickleValues? { if case .list(let values) = content { values } else { nil } }
  /// Entries of a dictionary, or nil for a value of another type.
  public var dictionary: PickleEntries? { if case .dictionary(let entries) = content { entries } else { nil } }
  /// Name of a function or class, or nil for a value of another type.
  public var global: PickleGlobal? { if case .global(let value) = content { value } else { nil } }
  /// Recorded call of an allowed global, or nil for a value of another type.
  public var object: PickleObject? { if case .object(let value) = content { value } else { nil } }
  /// Identifier of a value outside the pickle, or nil for a value of another type.
  public var persistentID: PickleValue? { if case .persistentID(let value) = content { value } else { nil } }
  /// Whether the value is Python's `None`.
  public var isNone: Bool { if case .none = content { true } else { false } }

  /// Identity within the document: two values with equal identities are the same Python object.
  public var identity: Int { index }
}

/// Type and content of a value, one level deep.
public enum PickleContent: Sendable {
  /// Python's `None`.
  case none
  /// Boolean.
  case bool(Bool)
  /// Integer of at most 64 bits.
  case integer(Int)
  /// Integer of more than 64 bits in two's complement, little-endian.
  case bigInteger(ArraySlice<UInt8>)
  /// Floating-point number.
  case float(Double)
  /// Text.
  case text(String)
  /// Byte string or byte array; the indices of the slice are offsets in the input.
  case bytes(ArraySlice<UInt8>)
  /// Items of a tuple.
  case tuple(PickleValues)
  /// Items of a list.
  case list(PickleValues)
  /// Entries of a dictionary.
  case dictionary(PickleEntries)
  /// Name of a function or class.
  case global(PickleGlobal)
  /// Identifier of a value outside the pickle.
  case persistentID(PickleValue)
  /// Recorded call of an allowed global.
  case object(PickleObject)
}

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

  /// Value of a text key: the last one if the key is repeated, as in Python.
  ///
  /// - Complexity: O(n).
  public subscript(_ key: String) -> PickleValue? {
    last { $0.key.text == key }?.value
  }
}

/// Record of a call of an allowed global. Nothing is called.
public struct PickleObject: Sendable {
  let document: PickleDocument
  let number: Int

  private var record: PickleDocument.ObjectRecord { document.objects[number] }

  /// Called function or class.
  public var global: PickleGlobal { document.globals[record.global] }
  /// Arguments of the call.
  public var arguments: PickleValues {
    PickleValues(document: document, indices: document.lists[record.argumentList])
  }
  /// Argument of `__setstate__`; `nil` if the pickle sets no state.
  public var state: PickleValue? { record.state.map { PickleValue(document: document, index: $0) } }
  /// Values that the pickle appends to the object.
  public var appended: PickleValues {
    PickleValues(document: document, indices: record.appendedList.map { document.lists[$0] } ?? [])
  }
  /// Entries that the pickle sets on the object, such as those of an `OrderedDict`.
  public var entries: PickleEntries {
    PickleEntries(document: document, indices: record.entryList.map { document.lists[$0] } ?? [])
  }
}
