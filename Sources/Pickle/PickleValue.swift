/// One value of a pickle: a place in its `PickleDocument`, which it keeps alive.
///
/// `content` shows one level. Values can contain themselves and can be contained many times over: code that follows
/// them must have a bound of its own, and takes known levels one by one.
public struct PickleValue: Sendable {
  let document: PickleDocument
  let index: Int

  /// Where in the input the value begins.
  public var byteOffset: Int { document.nodes[index].byteOffset }

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

  public var text: String? { if case .text(let value) = content { value } else { nil } }
  /// An integer, not a truth value.
  public var integer: Int? { if case .integer(let value) = content { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  /// A floating-point number or an integer as one.
  public var number: Double? {
    switch content {
    case .float(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  public var bytes: ArraySlice<UInt8>? { if case .bytes(let value) = content { value } else { nil } }
  public var tuple: PickleValues? { if case .tuple(let values) = content { values } else { nil } }
  public var list: PickleValues? { if case .list(let values) = content { values } else { nil } }
  public var dictionary: PickleEntries? { if case .dictionary(let entries) = content { entries } else { nil } }
  public var global: PickleGlobal? { if case .global(let value) = content { value } else { nil } }
  public var object: PickleObject? { if case .object(let value) = content { value } else { nil } }
  public var persistentID: PickleValue? { if case .persistentID(let value) = content { value } else { nil } }
  public var isNone: Bool { if case .none = content { true } else { false } }

  /// What equal identities of two values of one document mean: Python would have made one object.
  public var identity: Int { index }
}

/// What a value is, one level deep.
public enum PickleContent: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits: two's complement, little-endian.
  case bigInteger(ArraySlice<UInt8>)
  case float(Double)
  case text(String)
  /// A byte string or byte array; the slice's indices are offsets in the input.
  case bytes(ArraySlice<UInt8>)
  case tuple(PickleValues)
  case list(PickleValues)
  case dictionary(PickleEntries)
  /// A function or class that the pickle names.
  case global(PickleGlobal)
  /// What the pickle calls a value that lies outside it.
  case persistentID(PickleValue)
  /// What would have been made by calling an allowed global.
  case object(PickleObject)
}

/// The items of a list or tuple in order.
public struct PickleValues: RandomAccessCollection, Sendable {
  let document: PickleDocument
  let itemIndices: [Int32]

  init(document: PickleDocument, indices: [Int32]) {
    self.document = document
    itemIndices = indices
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { itemIndices.count }
  public subscript(position: Int) -> PickleValue {
    PickleValue(document: document, index: Int(itemIndices[position]))
  }
}

/// The entries of a dictionary in the order of the pickle; a key that comes again is there again.
public struct PickleEntries: RandomAccessCollection, Sendable {
  private let values: PickleValues

  init(document: PickleDocument, indices: [Int32]) {
    values = PickleValues(document: document, indices: indices)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { values.count / 2 }
  public subscript(position: Int) -> (key: PickleValue, value: PickleValue) {
    (values[2 * position], values[2 * position + 1])
  }

  /// The value of a text key; of the last one where it comes again, as in Python.
  ///
  /// - Complexity: O(n).
  public subscript(_ key: String) -> PickleValue? {
    last { $0.key.text == key }?.value
  }
}

/// An inert record of what Python would have made by calling `global`.
public struct PickleObject: Sendable {
  let document: PickleDocument
  let number: Int

  private var record: PickleDocument.ObjectRecord { document.objects[number] }

  public var global: PickleGlobal { document.globals[record.global] }
  public var arguments: PickleValues {
    PickleValues(document: document, indices: document.lists[record.argumentList])
  }
  /// What was to be handed to `__setstate__`; `nil` where nothing was.
  public var state: PickleValue? { record.state.map { PickleValue(document: document, index: $0) } }
  /// What was to be appended to the object.
  public var appended: PickleValues {
    PickleValues(document: document, indices: record.appendedList.map { document.lists[$0] } ?? [])
  }
  /// What was to be set as the object's items, as for an `OrderedDict`.
  public var entries: PickleEntries {
    PickleEntries(document: document, indices: record.entryList.map { document.lists[$0] } ?? [])
  }
}
