import NumPy

extension FuzzTarget {
  /// Reader of arrays in NumPy's files.
  public static let numPy = FuzzTarget(name: "numpy") { input in
    guard let header = try? NumPyHeader(input) else { return }
    try require((0...input.count).contains(header.endOffset), "a header ends at \(header.endOffset) of \(input.count)")
    try require(header.shape.count <= NumPyHeader.mostAxes, "\(header.shape.count) axes")
    try require(header.shape.allSatisfy { $0 >= 0 }, "shape \(header.shape)")
    guard let file = try? NumPyFile(input) else { return }
    try require(file.elementCount <= input.count, "\(file.elementCount) elements in \(input.count) bytes")
    if file.kind == .float {
      try require(file.floats().count == file.elementCount, "another number of floats than of elements")
    }
    for index in [0, file.elementCount - 1] where file.elementCount > 0 { _ = file.bitPattern(at: index) }
    let written = try? NumPyHeader(NumPyHeader.bytes(type: header.type, shape: header.shape))
    try require(written?.shape == header.shape && written?.type == header.type, "a written header reads otherwise")
  }
}
