/// Limits on the memory that a pickle makes its reader use.
///
/// Every value and every memo entry takes at least one byte of input, so the input's length also bounds their numbers.
/// A value takes at most 100 bytes of memory; texts and byte strings stay in the input. With the default limits, a
/// reader reads ten thousand tensors and takes less than 32 MiB beyond the input.
public struct PickleLimits: Equatable, Sendable {
  /// Largest number of values in the pickle, and of entries on the stack of the reader.
  public var valueCount = 1 << 18
  /// Largest number of memo entries, which the pickle refers to by number.
  public var memoCount = 1 << 18
  /// Largest nesting of containers, and largest number of open marks (begun containers). An item counts with the
  /// nesting that the item has when the pickle adds it to its container.
  public var depth = 256

  /// Largest length of the names of modules and globals in bytes. A pickle can repeat a long name with a few bytes.
  public var nameByteCount = 1 << 10

  /// Default limits.
  public init() {}
}
