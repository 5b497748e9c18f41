/// Bytes of which any part can be read without the rest: a file, an array.
public protocol RandomAccessBytes {
  var byteCount: Int { get }
  /// The bytes at `range`, all of them.
  ///
  /// - Precondition: `range` lies within `0..<byteCount`.
  func bytes(in range: Range<Int>) throws -> [UInt8]
}

extension [UInt8]: RandomAccessBytes {
  public var byteCount: Int { count }
  public func bytes(in range: Range<Int>) -> [UInt8] { [UInt8](self[range]) }
}

/// Bytes that a function gives when they are asked for.
public struct LazyBytes: RandomAccessBytes {
  public let byteCount: Int
  private let read: (Range<Int>) throws -> [UInt8]

  /// - Parameter read: gives all bytes of a range inside `0..<byteCount`.
  public init(byteCount: Int, read: @escaping (Range<Int>) throws -> [UInt8]) {
    self.byteCount = byteCount
    self.read = read
  }

  public func bytes(in range: Range<Int>) throws -> [UInt8] { try read(range) }
}

extension RandomAccessBytes {
  /// The part of `range` that is there.
  public func bytes(availableIn range: Range<Int>) throws -> [UInt8] {
    let clamped = range.clamped(to: 0..<byteCount)
    return clamped.isEmpty ? [] : try bytes(in: clamped)
  }

  /// The bytes from `byteOffset` on, a few at a time, as readers take them; little more is read than is used.
  public func source(from byteOffset: Int) -> () throws -> [UInt8] {
    var position = byteOffset
    return {
      let end = Swift.min(position + Self.pieceByteCount, byteCount)
      guard position < end else { return [] }
      defer { position = end }
      return try bytes(in: position..<end)
    }
  }

  private static var pieceByteCount: Int { 2_048 }
}
