/// Array of a `.npy` file: Booleans, integers or floats, in C or Fortran order, little-endian or big-endian.
///
/// Elements are converted on access. Arrays of Python objects are refused, because unpickling could run code.
public struct NumPyFile: Sendable {
  /// Kind of an array's elements, whatever the number of bits.
  public enum ElementKind: Equatable, Sendable {
    /// Integers of 8 to 64 bits, and Booleans as integers of 8 bits.
    case integer
    /// Floats of 32 or 64 bits.
    case float
  }

  /// Header of the file.
  public let header: NumPyHeader
  /// Whether the elements are integers or floats.
  public let kind: ElementKind
  /// Number of elements: the product of ``shape``.
  public let elementCount: Int
  private let elementByteCount: Int
  private let isBigEndian: Bool
  private let bytes: [UInt8]

  /// Sizes of the axes; empty for a single element.
  public var shape: [Int] { header.shape }

  /// Array in the bytes of a file.
  ///
  /// - Throws: ``NumPyError`` if `bytes` are no `.npy` file, the header is truncated, malformed or out of range, the
  ///   element type is unsupported, or data and shape differ in size.
  public init(_ bytes: [UInt8]) throws(NumPyError) {
    header = try NumPyHeader(bytes)
    (kind, elementByteCount, isBigEndian) = try Self.element(header.type)
    var count = 1
    for size in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      // A count above the number of bytes is an error, so the number of data bytes computed below cannot overflow.
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

  /// Bits of element `index`, extended by zeros to 64 bits.
  ///
  /// - Parameter index: Index of the element, counted from 0 with the last axis fastest, also for a file in Fortran
  ///   order.
  /// - Precondition: `index` is in `0..<elementCount`.
  public func bitPattern(at index: Int) -> UInt64 {
    precondition((0..<elementCount).contains(index), "no such element")
    let start = header.endOffset + storedIndex(of: index) * elementByteCount
    var bits: UInt64 = 0
    for place in 0..<elementByteCount {
      bits = bits << 8 | UInt64(bytes[isBigEndian ? start + place : start + elementByteCount - 1 - place])
    }
    return bits
  }

  /// Converts all elements to 32-bit floats, the last axis fastest; doubles are rounded.
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
