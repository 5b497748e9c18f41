/// Type and content of a pickled value; items of a container are values of their own.
public enum PickleContent: Sendable {
  /// Python's `None`.
  case none
  /// Python's `True` or `False`.
  case bool(Bool)
  /// Python's `int` of at most 64 bits, sign included.
  case integer(Int)
  /// Python's `int` that the pickle stores in more than 8 bytes: its bytes in two's complement, little-endian.
  case bigInteger(ArraySlice<UInt8>)
  /// Python's `float`.
  case float(Double)
  /// Python's `str`.
  case text(String)
  /// Python's `bytes` or `bytearray`; the indices of the slice are offsets in the input.
  case bytes(ArraySlice<UInt8>)
  /// Items of a tuple.
  case tuple(PickleValues)
  /// Items of a list.
  case list(PickleValues)
  /// Entries of a dictionary.
  case dictionary(PickleEntries)
  /// Name of a function or class.
  case global(PickleGlobal)
  /// Identifier of a value outside the pickle, such as the storage of a PyTorch tensor.
  case persistentID(PickleValue)
  /// Recorded call of an allowed global.
  case object(PickleObject)
}
