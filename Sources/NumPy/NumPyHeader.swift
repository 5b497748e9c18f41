/// Header of a `.npy` file, versions 1.0 to 3.0 (NumPy, `numpy/lib/format.py`).
public struct NumPyHeader: Equatable, Sendable {
  /// Element type in NumPy's notation, such as `<f4`, `|b1` or `|O`. Structured types are refused.
  public let type: String
  /// Whether the first axis varies fastest.
  public let isFortranOrder: Bool
  /// Sizes of the axes; empty for a single element.
  public let shape: [Int]
  /// Offset of the first byte after the header: the first data byte of the file.
  public let endOffset: Int

  /// First bytes of every `.npy` file.
  public static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Largest accepted length of the header's text in bytes.
  public static let largestByteCount = 65_536
  /// Largest accepted number of axes; NumPy's limit is 64.
  public static let mostAxes = 8

  /// Header at the beginning of `bytes`.
  ///
  /// - Throws: ``NumPyError`` if `bytes` do not begin with ``magic``, or the header has an unsupported version or is
  ///   truncated, malformed or out of range.
  public init(_ bytes: [UInt8]) throws(NumPyError) {
    guard bytes.starts(with: Self.magic) else { throw .notNumPy }
    guard bytes.count >= 8 else { throw .truncatedHeader(byteOffset: bytes.count) }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw .unsupportedVersion(major: bytes[6], minor: bytes[7])
    }
    let textOffset = 8 + (bytes[6] == 1 ? 2 : 4)
    guard bytes.count >= textOffset else { throw .truncatedHeader(byteOffset: bytes.count) }
    let byteCount = bytes[8..<textOffset].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard byteCount <= Self.largestByteCount else {
      throw .headerTooLong(byteCount: byteCount, allowed: Self.largestByteCount)
    }
    guard byteCount <= bytes.count - textOffset else { throw .truncatedHeader(byteOffset: bytes.count) }
    endOffset = textOffset + byteCount
    let entries = try Self.entries(of: bytes[textOffset..<endOffset])
    guard let type = entries["descr"], let order = entries["fortran_order"], let shapeText = entries["shape"],
      entries.count == 3
    else { throw .malformedHeader(reason: "other keys than descr, fortran_order and shape") }
    guard ["True", "False"].contains(order) else {
      throw .malformedHeader(reason: "fortran_order is neither True nor False")
    }
    self.type = type
    isFortranOrder = order == "True"
    shape = try Self.shape(shapeText)
  }

  /// Encodes a header of version 1.0 in C order, padded with spaces to a multiple of 64 bytes.
  public static func bytes(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    let text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    let length = (10 + text.count + 1 + 63) / 64 * 64 - 10
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
      + [UInt8](repeating: UInt8(ascii: " "), count: length - text.count - 1) + [UInt8(ascii: "\n")]
  }

  private static func entries(of text: ArraySlice<UInt8>) throws(NumPyError) -> [String: String] {
    var entries: [String: String] = [:]
    var scanner = PythonLiteralScanner(text)
    do throws(PythonLiteralFault) {
      try scanner.expect("{")
      while !scanner.take("}") {
        let key = try scanner.quoted()
        try scanner.expect(":")
        guard entries.updateValue(try scanner.value(), forKey: key) == nil else {
          throw PythonLiteralFault(reason: "key \(printable(key)) is repeated")
        }
        if !scanner.take(",") {
          try scanner.expect("}")
          break
        }
      }
      try scanner.expectEnd()
    } catch {
      throw .malformedHeader(reason: error.reason)
    }
    return entries
  }

  /// Parses a shape such as `()`, `(3,)` or `(3,4)`.
  private static func shape(_ text: String) throws(NumPyError) -> [Int] {
    guard text.hasPrefix("("), text.hasSuffix(")") else { throw .malformedHeader(reason: "shape is no tuple") }
    let parts = text.dropFirst().dropLast().split(separator: ",")
    let sizes = parts.compactMap { Int($0) }
    guard sizes.count == parts.count else { throw .malformedHeader(reason: "shape is \(printable(text))") }
    guard sizes.count <= mostAxes, sizes.allSatisfy({ $0 >= 0 }) else {
      throw .shapeOutOfRange(Array(sizes.prefix(mostAxes)))
    }
    return sizes
  }
}
