/// An array from a `.npy` file: truth values, integers or floats, in either order of axes and bytes.
///
/// Nothing is converted until it is asked for, and nothing is executed: arrays of Python objects are refused.
public struct NumPyFile: Sendable {
  public enum ElementKind: Equatable, Sendable {
    case integer
    case float
  }

  public let header: NumPyHeader
  /// Truth values are integers of one byte.
  public let kind: ElementKind
  public let elementCount: Int
  private let elementByteCount: Int
  private let isBigEndian: Bool
  private let bytes: [UInt8]

  public var shape: [Int] { header.shape }

  /// - Throws: `NumPyError` where the header is not sound, elements are of another type, or the data are not those of
  ///   the shape.
  public init(_ bytes: [UInt8]) throws(NumPyError) {
    header = try NumPyHeader(bytes)
    (kind, elementByteCount, isBigEndian) = try Self.element(header.type)
    var count = 1
    for size in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      // More elements than bytes need no counting.
      guard !overflow, product <= bytes.count else { throw .shapeOutOfRange(header.shape) }
      count = product
    }
    let found = bytes.count - header.endOffset
    guard found == count * elementByteCount else {
      throw .dataLengthMismatch(found: found, expected: count * elementByteCount)
    }
    elementCount = count
    self.bytes = bytes
  }

  private static func element(
    _ type: String
  ) throws(NumPyError) -> (kind: ElementKind, byteCount: Int, isBigEndian: Bool) {
    let integers = ["b1": 1, "u1": 1, "i1": 1, "u2": 2, "i2": 2, "u4": 4, "i4": 4, "u8": 8, "i8": 8]
    let floats = ["f4": 4, "f8": 8]
    let name = String(type.dropFirst())
    guard let order = type.first, "|<>=".contains(order), let byteCount = integers[name] ?? floats[name] else {
      throw .unsupportedType(type)
    }
    return (floats[name] == nil ? .integer : .float, byteCount, order == ">")
  }

  /// The bits of an element, the `index`-th with the last axis fastest, extended by zeros.
  ///
  /// - Precondition: `index` lies in `0..<elementCount`.
  public func bitPattern(at index: Int) -> UInt64 {
    precondition((0..<elementCount).contains(index), "no such element")
    let start = header.endOffset + storedIndex(of: index) * elementByteCount
    var bits: UInt64 = 0
    for place in 0..<elementByteCount {
      bits = bits << 8 | UInt64(bytes[isBigEndian ? start + place : start + elementByteCount - 1 - place])
    }
    return bits
  }

  /// All elements as 32-bit floats, the last axis fastest; doubles are rounded.
  ///
  /// - Precondition: the kind is `.float`.
  public func floats() -> [Float] {
    precondition(kind == .float, "integers are no floats")
    return (0..<elementCount).map { index in
      let bits = bitPattern(at: index)
      return elementByteCount == 4
        ? Float(bitPattern: UInt32(truncatingIfNeeded: bits)) : Float(Double(bitPattern: bits))
    }
  }

  private func storedIndex(of index: Int) -> Int {
    guard header.isFortranOrder, shape.count > 1 else { return index }
    var (rest, stored) = (index, 0)
    var strideOfAxis = elementCount
    for size in shape.reversed() {
      strideOfAxis /= size
      stored += rest % size * strideOfAxis
      rest /= size
    }
    return stored
  }
}
