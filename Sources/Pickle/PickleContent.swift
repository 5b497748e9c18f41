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
