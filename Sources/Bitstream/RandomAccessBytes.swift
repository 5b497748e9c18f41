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

/// A part of other bytes, such as one recording of an archive.
public struct ByteWindow: RandomAccessBytes {
  private let whole: any RandomAccessBytes
  private let range: Range<Int>

  /// - Precondition: `range` lies within the bytes of `whole`.
  public init(_ whole: any RandomAccessBytes, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= whole.byteCount, "a window beyond its bytes")
    self.whole = whole
    self.range = range
  }

  public var byteCount: Int { range.count }

  public func bytes(in range: Range<Int>) throws -> [UInt8] {
    try whole.bytes(in: self.range.lowerBound + range.lowerBound..<self.range.lowerBound + range.upperBound)
  }
}

extension RandomAccessBytes {
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
