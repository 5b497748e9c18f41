/// Bytes that a closure reads on demand.
public struct LazyBytes: RandomAccessBytes {
  /// Number of bytes.
  public let byteCount: Int
  private let read: (Range<Int>) throws -> [UInt8]

  /// Creates bytes that `read` supplies.
  ///
  /// - Parameters:
  ///   - byteCount: Number of bytes.
  ///   - read: Closure that returns all bytes of a range inside `0..<byteCount`.
  public init(byteCount: Int, read: @escaping (Range<Int>) throws -> [UInt8]) {
    self.byteCount = byteCount
    self.read = read
  }

  /// Returns all bytes in `range`.
  ///
  /// - Throws: The error of the closure.
  /// - Precondition: `range` lies within `0..<byteCount`.
  public func bytes(in range: Range<Int>) throws -> [UInt8] { try read(range) }
}
