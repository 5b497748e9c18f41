import Pickle

/// Pickled NumPy array: type, shape and a reference to its elements in the file.
struct NumPyPickledArray {
  /// Element type as in `ndarray.__setstate__`, without byte order: `u2`, `f4`, `O8`.
  let typeName: String
  let isBigEndian: Bool
  /// Sizes of the axes.
  let shape: [Int]
  /// Whether the first axis varies fastest.
  let isFortranOrder: Bool
  private let data: PickleValue

  static let allowedGlobals: Set<PickleGlobal> = [
    DACFileFormat.reconstruct, DACFileFormat.laterReconstruct, DACFileFormat.elementType,
  ]

  /// Reads the array from a pickled value.
  ///
  /// - Parameter field: Name of the array in errors.
  /// - Throws: ``DACFileError/invalid(field:found:allowed:byteOffset:)`` if the value is no array that NumPy has
  ///   pickled, or an array with more than 8 axes or an axis of more than 2⁵³ elements.
  init(_ value: PickleValue, field: String) throws {
    func invalid(_ found: String, _ place: PickleValue) -> DACFileError {
      .invalid(field: field, found: found, allowed: "a NumPy array", byteOffset: place.byteOffset)
    }
    guard let object = value.object, object.global.name == DACFileFormat.reconstruct.name else {
      throw invalid("no array", value)
    }
    guard object.arguments.count == 3, object.arguments[0].global == DACFileFormat.array, let state = object.state,
      let parts = state.tuple, parts.count == 5, parts[0].integer == 1, let sizes = parts[1].tuple,
      let isFortranOrder = parts[3].bool
    else { throw invalid("an array of an unknown build", value) }
    guard sizes.count <= 8 else { throw invalid("an array of \(sizes.count) axes", parts[1]) }
    shape = try sizes.map { size in
      guard let length = size.integer, DACFileFormat.lengths.contains(length) else {
        throw invalid("an array of impossible size", size)
      }
      return length
    }
    guard let type = parts[2].object, type.global == DACFileFormat.elementType,
      let name = type.arguments.first?.text(atMost: 60),
      let typeState = type.state?.tuple, typeState.count >= 2, typeState[0].integer == 3,
      let order = typeState[1].text(atMost: 1), ["<", ">", "|"].contains(order)
    else { throw invalid("an array of an unknown type", parts[2]) }
    typeName = name
    isBigEndian = order == ">"
    self.isFortranOrder = isFortranOrder
    data = parts[4]
  }

  /// Elements of an array of Python objects; `nil` for other arrays.
  var objects: PickleValues? { data.list }

  /// Returns the bytes of all elements, `elementByteCount` bytes each.
  ///
  /// - Throws: ``DACFileError/invalid(field:found:allowed:byteOffset:)`` if the number of bytes does not fit the shape.
  func bytes(elementByteCount: Int, field: String) throws -> ArraySlice<UInt8> {
    let byteCount = shape.reduce(elementByteCount as Int?) { product, size in
      product.flatMap { (product: Int) -> Int? in
        let (result, overflow) = product.multipliedReportingOverflow(by: size)
        return overflow ? nil : result
      }
    }
    guard let bytes = data.bytes, bytes.count == byteCount else {
      throw DACFileError.invalid(
        field: field, found: "an array with \(data.bytes.map { "\($0.count)" } ?? "no") bytes",
        allowed: byteCount.map { "\($0) bytes for its shape" } ?? "a shape that the file can hold",
        byteOffset: data.byteOffset)
    }
    return bytes
  }
}
