/// Value of a pickle: a reference into the ``PickleDocument``, which the reference keeps alive.
///
/// ``content`` gives one level of nesting. A value can contain itself, and can occur many times. Code that traverses
/// values must therefore bound the number of values that it visits.
public struct PickleValue: Sendable {
  let document: PickleDocument
  let index: Int

  /// Offset in the input of the opcode that made the value.
  public var byteOffset: Int { document.nodes[index].byteOffset }

  /// Type and content of the value, one level deep.
  public var content: PickleContent {
    switch kind {
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

  /// Whether the value is the given text, byte for byte. Makes no copy of the value.
  public func isText(_ text: String) -> Bool {
    guard case .text(let range) = kind else { return false }
    return range.count == text.utf8.count && document.bytes[range].elementsEqual(text.utf8)
  }

  /// Text of at most `byteCount` bytes; nil for a longer text, and for a value of another type.
  ///
  /// A pickle can refer to one long text from many places, with a few bytes each. Code that reads the text of each place
  /// should therefore have a limit.
  public func text(atMost byteCount: Int) -> String? {
    guard case .text(let range) = kind, range.count <= byteCount else { return nil }
    return text
  }

  /// Whether the value is a text of more than `byteCount` bytes.
  public func isTextLonger(than byteCount: Int) -> Bool {
    guard case .text(let range) = kind else { return false }
    return range.count > byteCount
  }

  private var kind: PickleDocument.Node.Kind { document.nodes[index].kind }

  private func values(_ list: Int) -> PickleValues { PickleValues(document: document, indices: document.lists[list]) }

  // The properties look at the type first: `content` would copy a long text only to find that it is no number.

  /// Text, or nil for a value of another type.
  public var text: String? { if case .text(let value) = content { value } else { nil } }
  /// Integer of at most 64 bits, sign included; nil for a longer integer and for a value of another type, such as a
  /// Boolean.
  public var integer: Int? { if case .integer(let value) = kind { value } else { nil } }
  /// Boolean, or nil for a value of another type.
  public var bool: Bool? { if case .bool(let value) = kind { value } else { nil } }
  /// Floating-point number, or integer of at most 64 bits converted to a floating-point number; nil for a longer
  /// integer and for a value of another type.
  public var number: Double? {
    switch kind {
    case .float(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  /// Bytes of a byte string or byte array, or nil for a value of another type.
  public var bytes: ArraySlice<UInt8>? { if case .bytes(let range) = kind { document.bytes[range] } else { nil } }
  /// Items of a tuple, or nil for a value of another type.
  public var tuple: PickleValues? { if case .tuple(let list) = kind { values(list) } else { nil } }
  /// Items of a list, or nil for a value of another type.
  public var list: PickleValues? { if case .list(let list) = kind { values(list) } else { nil } }
  /// Entries of a dictionary, or nil for a value of another type.
  public var dictionary: PickleEntries? {
    if case .dictionary(let list) = kind {
      PickleEntries(document: document, indices: document.lists[list])
    } else {
      nil
    }
  }
  /// Name of a function or class, or nil for a value of another type.
  public var global: PickleGlobal? { if case .global(let number) = kind { document.globals[number] } else { nil } }
  /// Recorded call of an allowed global, or nil for a value of another type.
  public var object: PickleObject? {
    if case .object(let number) = kind { PickleObject(document: document, number: number) } else { nil }
  }
  /// Identifier of a value outside the pickle, or nil for a value of another type.
  public var persistentID: PickleValue? {
    if case .persistentID(let value) = kind { PickleValue(document: document, index: value) } else { nil }
  }
  /// Whether the value is Python's `None`.
  public var isNone: Bool { if case .none = kind { true } else { false } }

  /// Number of the Python object within the document: two values with equal numbers are the same Python object.
  public var identity: Int { index }
}
