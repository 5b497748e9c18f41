/// Bytes that can be read at any offset, such as a file or an array.
public protocol RandomAccessBytes {
  /// Number of bytes.
  var byteCount: Int { get }
  /// Returns all bytes in `range`.
  ///
  /// - Throws: The error of the reading function.
  /// - Precondition: `range` lies within `0..<byteCount`.
  func bytes(in range: Range<Int>) throws -> [UInt8]
}

extension [UInt8]: RandomAccessBytes {
  /// Number of elements.
  public var byteCount: Int { count }
  /// Returns the elements in `range`.
  ///
  /// - Precondition: `range` lies within `0..<count`.
  public func bytes(in range: Range<Int>) -> [UInt8] { [UInt8](self[range]) }
}

extension RandomAccessBytes {
  /// Returns the bytes in the part of `range` that lies within `0..<byteCount`.
  ///
  /// - Throws: The error of the reading function.
  public func bytes(availableIn range: Range<Int>) throws -> [UInt8] {
    let clamped = range.clamped(to: 0..<byteCount)
    return clamped.isEmpty ? [] : try bytes(in: clamped)
  }

  /// Returns a closure that gives the bytes from `byteOffset` on in chunks of 2 048 bytes, then empty arrays.
  ///
  /// The chunks are small so that a reader reads hardly more bytes than it uses.
  public func source(from byteOffset: Int) -> () throws -> [UInt8] {
    var position = byteOffset
    return {
      let end = Swift.min(position + Self.chunkByteCount, byteCount)
      guard position < end else { return [] }
      defer { position = end }
      return try bytes(in: position..<end)
    }
  }

  private static var chunkByteCount: Int { 2_048 }
}
