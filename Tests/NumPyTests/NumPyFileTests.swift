import NumPy
import Testing

@Suite struct NumPyFileTests {
  private func file(
    _ type: String, order: String = "False", shape: String, version: UInt8 = 1, _ data: [UInt8]
  ) -> [UInt8] {
    let text = Array("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
    let length: [UInt8] = version == 1 ? [UInt8(text.count), 0] : [UInt8(text.count), 0, 0, 0]
    return NumPyHeader.magic + [version, 0] + length + text + data
  }

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  @Test(arguments: [1, 2, 3] as [UInt8]) func readsFloats(version: UInt8) throws {
    let values: [Float] = [1, -2, 0.5, .pi, 0, 1e-30]
    let found = try NumPyFile(file("<f4", shape: "(2, 3)", version: version, bytes(values)))
    #expect(found.shape == [2, 3] && found.kind == .float && found.floats() == values)
  }

  @Test func readsEveryOrder() throws {
    // Fortran order stores column after column.
    let columns = try NumPyFile(file("<f4", order: "True", shape: "(2, 3)", bytes([1, 4, 2, 5, 3, 6])))
    #expect(columns.floats() == [1, 2, 3, 4, 5, 6])
    let cube = try NumPyFile(file("|u1", order: "True", shape: "(2, 1, 2)", [1, 3, 2, 4]))
    #expect((0..<4).map(cube.bitPattern) == [1, 2, 3, 4])
    let big = try NumPyFile(file(">f8", shape: "(1,)", [0x3F, 0xF8, 0, 0, 0, 0, 0, 0]))
    #expect(big.floats() == [1.5])
    let words = try NumPyFile(file(">i4", shape: "(2,)", [0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF]))
    #expect(words.kind == .integer && words.bitPattern(at: 0) == 258 && words.bitPattern(at: 1) == 0xFFFF_FFFF)
  }

  @Test func readsWhatItWrites() throws {
    for shape in [[], [3], [2, 2]] {
      let count = shape.reduce(1, *)
      let found = try NumPyFile(
        NumPyHeader.bytes(type: "<f4", shape: shape) + bytes([Float](repeating: 2, count: count)))
      #expect(found.shape == shape && found.elementCount == count)
      #expect(found.header.endOffset % 64 == 0)
    }
  }

  @Test func readsArraysWithoutElements() throws {
    let none = try NumPyFile(file("<f4", shape: "(0, 1024)", []))
    #expect(none.shape == [0, 1_024] && none.floats().isEmpty)
  }

  @Test func everyTruncationIsRefused() {
    let whole = file("<f4", shape: "(1, 2)", bytes([1, 2]))
    for count in whole.indices {
      #expect(throws: NumPyError.self) { try NumPyFile(Array(whole.prefix(count))) }
    }
    #expect(throws: NumPyError.dataLengthMismatch(found: 9, expected: 8)) { try NumPyFile(whole + [0]) }
  }

  @Test func everyFlippedByteIsReadOrRefused() {
    let whole = file("<f8", order: "True", shape: "(1, 2)", [UInt8](repeating: 1, count: 16))
    for index in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[index] ^= 1 << UInt8(bit)
        if let found = try? NumPyFile(damaged), found.kind == .float { _ = found.floats() }
      }
    }
  }

  @Test func refusesUnsupportedFiles() {
    #expect(throws: NumPyError.notNumPy) { try NumPyFile([]) }
    #expect(throws: NumPyError.unsupportedType("|O")) { try NumPyFile(file("|O", shape: "()", [])) }
    #expect(throws: NumPyError.unsupportedType("<c8")) { try NumPyFile(file("<c8", shape: "()", [])) }
    #expect(throws: NumPyError.self) { try NumPyFile(file("<f4", shape: "(-1,)", [])) }
    #expect(throws: NumPyError.self) { try NumPyFile(file("<f4", shape: "(9223372036854775807, 9)", [])) }
    #expect(throws: NumPyError.self) { try NumPyFile(file("<f4", shape: "(1,1,1,1,1,1,1,1,1)", bytes([1]))) }
    #expect(throws: NumPyError.self) { try NumPyFile(file("<f4", shape: "3", bytes([1, 2, 3]))) }
    #expect(throws: NumPyError.self) { try NumPyFile(file("<f4", order: "Perhaps", shape: "(1,)", bytes([1]))) }
  }
}
