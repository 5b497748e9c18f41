/// How much a pickle may make its reader keep.
///
/// Every value and every memo entry costs at least one byte of input, so that both are also bounded by the input's
/// length. A value costs at most 100 bytes of memory; texts and byte strings stay where they are in the input. The
/// default is enough for ten thousand tensors and stays below 32 MiB.
public struct PickleLimits: Equatable, Sendable {
  /// Values in all, those that no other one contains included.
  public var valueCount = 1 << 18
  /// Values that the pickle numbers so that it can name them again.
  public var memoCount = 1 << 18
  /// Nesting of containers, and of marks. A list that is put into a container before it is filled counts as it was then.
  public var depth = 256

  public init() {}
}
