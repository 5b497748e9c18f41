import Foundation

/// Array from a `.npy` file (format versions 1 to 3), in C order.
public struct NumPyArray: Equatable, Sendable {
  /// Elements by their NumPy type.
  public enum Elements: Equatable, Sendable {
    case floats([Float])
    case doubles([Double])
    case int32s([Int32])
    case int64s([Int64])
    case bytes([UInt8])
    case flags([Bool])
  }

  /// Sizes of the axes, slowest first.
  public let shape: [Int]
  /// Elements in C order.
  public let elements: Elements

  /// Reads a file.
  ///
  /// - Throws: `ReferenceError.missing`, `.malformed`.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw ReferenceError.missing(path: path) }
    do {
      try self.init(bytes: Array(data))
    } catch let fault as NumPyFault {
      throw ReferenceError.malformed(path: path, reason: fault.reason)
    }
  }

  /// Parses the bytes of a file.
  ///
  /// - Throws: `NumPyFault`.
  init(bytes: [UInt8]) throws {
    guard bytes.count >= 10, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw NumPyFault(reason: "not a .npy file")
    }
    let lengthByteCount = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]), bytes.count >= 8 + lengthByteCount else {
      throw NumPyFault(reason: "version \(bytes[6]) of the .npy format")
    }
    let headerStart = 8 + lengthByteCount
    let headerByteCount = (0..<lengthByteCount).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    guard headerByteCount <= bytes.count - headerStart else { throw NumPyFault(reason: "header ends behind the file") }
    let dataStart = headerStart + headerByteCount
    let header = String(decoding: bytes[headerStart..<dataStart], as: UTF8.self)

    guard let order = header.firstMatch(of: /'fortran_order':\s*(True|False)/), order.1 == "False" else {
      throw NumPyFault(reason: "not in C order")
    }
    guard let axes = header.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/) else { throw NumPyFault(reason: "no shape") }
    shape = try axes.1.split(separator: ",").map { text in
      let text = text.filter { $0 != " " }
      guard let size = Int(text) else { throw NumPyFault(reason: "axis of size \(text)") }
      return size
    }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw NumPyFault(reason: "shape \(shape) is too large") }
      count = product
    }
    guard let type = header.firstMatch(of: /'descr':\s*'([<>|=]?[a-z?][0-9]*)'/) else {
      throw NumPyFault(reason: "no element type")
    }
    let data = bytes[dataStart...]
    elements =
      switch type.1 {
      case "<f4": .floats(try littleEndian(data, count: count).map { Float(bitPattern: $0) })
      case "<f8": .doubles(try littleEndian(data, count: count).map { Double(bitPattern: $0) })
      case "<i4": .int32s(try littleEndian(data, count: count))
      case "<i8": .int64s(try littleEndian(data, count: count))
      case "|u1": .bytes(try littleEndian(data, count: count))
      case "|b1": .flags(try (littleEndian(data, count: count) as [UInt8]).map { $0 != 0 })
      default: throw NumPyFault(reason: "element type \(type.1)")
      }
  }

  /// Elements as 32-bit floats; whole numbers are converted, doubles rounded.
  public var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .doubles(let values): values.map(Float.init)
    default: integers.map(Float.init)
    }
  }

  /// Elements as integers; flags are 0 and 1.
  ///
  /// - Precondition: the file holds integers or flags.
  public var integers: [Int] {
    switch elements {
    case .int32s(let values): values.map(Int.init)
    case .int64s(let values): values.map(Int.init)
    case .bytes(let values): values.map(Int.init)
    case .flags(let values): values.map { $0 ? 1 : 0 }
    case .floats, .doubles: preconditionFailure("an array of floating-point numbers is no array of integers")
    }
  }

  /// Elements as flags: true unless 0.
  ///
  /// - Precondition: the file has integers or flags.
  public var flags: [Bool] { integers.map { $0 != 0 } }
}

/// Reason why some bytes are not a `.npy` file.
struct NumPyFault: Error, Equatable {
  let reason: String
}

private func littleEndian<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, count: Int) throws -> [Value] {
  let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.size)
  guard !overflow, byteCount == bytes.count else {
    throw NumPyFault(reason: "\(bytes.count) bytes for \(count) elements of \(MemoryLayout<Value>.size)")
  }
  return bytes.withUnsafeBytes { raw in
    (0..<count).map {
      Value(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self))
    }
  }
}
