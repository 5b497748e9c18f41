/// Bytes that can be read anywhere: a file's, or an array.
public struct PositionalBytes {
  public let byteCount: Int
  private let readRange: (Range<Int>) throws -> [UInt8]

  /// - Parameter read: gives all bytes of a range inside `0..<byteCount`.
  public init(byteCount: Int, read: @escaping (Range<Int>) throws -> [UInt8]) {
    self.byteCount = byteCount
    readRange = read
  }

  public init(_ bytes: [UInt8]) {
    self.init(byteCount: bytes.count) { Array(bytes[$0]) }
  }

  /// The part of `range` that is there.
  public func read(_ range: Range<Int>) throws -> [UInt8] {
    let clamped = range.clamped(to: 0..<byteCount)
    return clamped.isEmpty ? [] : try readRange(clamped)
  }
}
