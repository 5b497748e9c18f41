import ModelStore
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(path: folder.write(bytes, to: "file.safetensors"))
  }

  private var path: String { folder.path + "/file.safetensors" }

  /// Error of opening a file of `bytes`.
  private func fault(_ bytes: [UInt8]) throws -> ModelError? {
    #expect(throws: ModelError.self) { try open(bytes) }
  }

  @Test func readsWhatTheWriterWrites() throws {
    var writer = SafetensorsWriter(metadata: ["name": "a/b \"c\" ü"])
    writer.add("weight", shape: [2, 3], floats: [1, -2, 0.5, 0x1p-140, 65_504, 0])
    writer.add("scalar", shape: [], floats: [7])
    writer.add("none", shape: [0, 4], floats: [])
    let file = try open(writer.encoded())
    #expect(file.metadata == ["name": "a/b \"c\" ü"])
    #expect(file.tensorNames.sorted() == ["none", "scalar", "weight"])
    #expect(try file.floats(named: "weight", shape: [2, 3]) == [1, -2, 0.5, 0x1p-140, 65_504, 0])
    #expect(try file.floats(named: "scalar", shape: []) == [7])
    #expect(try file.floats(named: "none", shape: [0, 4]) == [])
    #expect(file.tensor(named: "weight")?.elementType == .f32)
    #expect(file.tensor(named: "weights") == nil)
  }

  @Test func widensEveryFiniteHalf() throws {
    let patterns = (0...UInt16.max).filter { $0 & 0x7c00 != 0x7c00 }
    let data = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let file = try open(
      safetensorsBytes(
        header: header(dtype: "F16", shape: "[\(patterns.count)]", offsets: "[0,\(data.count)]"), data: data))
    let values = try file.floats(named: "a", shape: [patterns.count])
    for (pattern, value) in zip(patterns, values) {
      #expect(value.bitPattern == Float(Float16(bitPattern: pattern)).bitPattern)
    }
  }

  @Test func widensBFloat16() throws {
    let file = try open(
      safetensorsBytes(header: header(dtype: "BF16", offsets: "[0,4]"), data: [0x80, 0x3f, 0x40, 0xc0]))
    #expect(try file.floats(named: "a", shape: [2]) == [1, -3])
  }

  @Test(arguments: [("F16", [0x00, 0x7c] as [UInt8]), ("BF16", [0x80, 0xff]), ("F32", [0, 0, 0xc0, 0x7f])])
  func rejectsValuesThatAreNotFinite(dtype: String, value: [UInt8]) throws {
    let size = value.count
    let data = [UInt8](repeating: 0, count: 2 * size) + value
    let file = try open(
      safetensorsBytes(header: header(dtype: dtype, shape: "[3]", offsets: "[0,\(3 * size)]"), data: data))
    #expect(throws: ModelError.nonFiniteValue(path: path, tensor: "a", elementIndex: 2)) {
      try file.floats(named: "a", shape: [3])
    }
  }

  @Test func listsButDoesNotConvertIntegers() throws {
    let file = try open(
      safetensorsBytes(header: header(dtype: "I64", shape: "[1]"), data: [UInt8](repeating: 1, count: 8)))
    #expect(file.tensor(named: "a")?.elementType == .i64)
    #expect(throws: ModelError.wrongElementType(path: path, tensor: "a", found: "I64")) {
      try file.floats(named: "a", shape: [1])
    }
  }

  @Test func namesTensorFileAndBothShapes() throws {
    let file = try open(safetensorsBytes(header: header(), data: [UInt8](repeating: 0, count: 8)))
    let fault = #expect(throws: ModelError.self) { try file.floats(named: "a", shape: [1, 2]) }
    #expect(fault == .wrongShape(path: path, tensor: "a", expected: [1, 2], found: [2]))
    #expect(fault?.description == "\(path): tensor a: shape [2], expected [1, 2]")
    #expect(throws: ModelError.missingTensor(path: path, tensor: "b")) { try file.floats(named: "b", shape: [2]) }
  }

  @Test func rejectsMissingFilesAndFolders() throws {
    #expect(throws: ModelError.cannotOpen(path: folder.path + "/none", errorNumber: 2)) {
      try SafetensorsFile(path: folder.path + "/none")
    }
    #expect(throws: ModelError.notARegularFile(path: folder.path)) { try SafetensorsFile(path: folder.path) }
  }

  @Test func rejectsEveryTruncation() throws {
    var writer = SafetensorsWriter(metadata: ["kind": "DAC"])
    writer.add("a", shape: [3], floats: [1, 2, 3])
    writer.add("b", shape: [2, 1], floats: [4, 5])
    let bytes = try writer.encoded()
    for count in bytes.indices {
      #expect(throws: ModelError.self) {
        try SafetensorsFile(path: folder.write(bytes[..<count], to: "\(count)"))
      }
    }
    #expect(try fault([]) == .tooShort(path: path, byteCount: 0))
  }

  @Test func survivesEveryByteFlip() throws {
    var writer = SafetensorsWriter(metadata: ["kind": "DAC"])
    writer.add("a", shape: [3], floats: [1, 2, 3])
    writer.add("b", shape: [2, 1], floats: [4, 5])
    let bytes = try writer.encoded()
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        do {
          let file = try open(damaged)
          for tensor in file.tensors { _ = try? file.floats(named: tensor.name, shape: tensor.shape) }
        } catch is ModelError {}
      }
    }
  }

  @Test(arguments: [0, 1, 100, 100_000_001, UInt64(Int64.max), .max])
  func rejectsHeaderLength(length: UInt64) throws {
    let bytes = safetensorsBytes(header: header(), data: [UInt8](repeating: 0, count: 8), headerLength: length)
    #expect(
      try fault(bytes) == .headerLengthOutOfRange(path: path, found: length, allowed: bytes.count - 8))
  }

  @Test(arguments: [
    "{ ", "[]", "{}x", " {}", #"{"a":1}"#, #"{"__metadata__":{"a":1}}"#, #"{"a":{"dtype":"F32","shape":[0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":0}}"#,
    #"{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,0]}}"#,
    "{\0\"\0a\0\"\0", "{\"a\u{0}\":0}",
    String(repeating: #"{"a":"#, count: 5_000) + "1" + String(repeating: "}", count: 5_000),
  ])
  func rejectsMalformedHeader(header: String) throws {
    guard case .malformedHeader = try fault(safetensorsBytes(header: header)) else {
      Issue.record("not reported as a malformed header")
      return
    }
  }

  @Test func rejectsHeaderThatIsNotUTF8() throws {
    let bytes = safetensorsBytes(header: "", data: Array(#"{"a"#.utf8) + [0xff] + Array(#"":0}"#.utf8), headerLength: 8)
    guard case .malformedHeader = try fault(bytes) else {
      Issue.record("not reported as a malformed header")
      return
    }
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","dtype":"F16","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"__metadata__":{"name":"a","name":"b"}}"#, #"{"__metadata__":{},"__metadata__":{}}"#,
  ])
  func rejectsDuplicateKeys(header: String) throws {
    #expect(try fault(safetensorsBytes(header: header)) == .duplicateKey(path: path))
  }

  @Test func countsNoColonInsideStrings() throws {
    let file = try open(safetensorsBytes(header: #"{"__metadata__":{"a:\"":"\\:\":"}}"#))
    #expect(file.metadata == ["a:\"": "\\:\":"])
  }

  @Test func rejectsUnknownElementType() throws {
    let bytes = safetensorsBytes(header: header(dtype: "F12"), data: [UInt8](repeating: 0, count: 8))
    #expect(try fault(bytes) == .unknownElementType(path: path, tensor: "a", found: "F12"))
  }

  @Test(arguments: [
    "[-1]", "[4294967296,4294967296]", "[9223372036854775807,2]", "[9223372036854775807]", "[1,1,1,1,1,1,1,1,1]",
  ])
  func rejectsShape(shape: String) throws {
    guard case .shapeOutOfRange = try fault(safetensorsBytes(header: header(shape: shape, offsets: "[0,0]"))) else {
      Issue.record("not reported as a shape out of range")
      return
    }
  }

  @Test func rejectsByteCountOfAnotherShape() throws {
    let data = [UInt8](repeating: 0, count: 8)
    #expect(
      try fault(safetensorsBytes(header: header(dtype: "F16"), data: data))
        == .byteCountMismatch(path: path, tensor: "a", expected: 4, found: 8))
    #expect(
      try fault(safetensorsBytes(header: header(shape: "[]"), data: data))
        == .byteCountMismatch(path: path, tensor: "a", expected: 4, found: 8))
  }

  @Test(arguments: [
    "[0,16]", "[8,0]", "[-8,0]", "[0,9223372036854775807]", "[-9223372036854775808,9223372036854775807]",
  ])
  func rejectsOffsets(offsets: String) throws {
    guard
      case .dataLengthMismatch = try fault(
        safetensorsBytes(header: header(offsets: offsets), data: [UInt8](repeating: 0, count: 8)))
    else {
      Issue.record("not reported as a length mismatch")
      return
    }
  }

  /// File with two tensors of two floats at the given offsets in `byteCount` data bytes.
  private func pair(_ first: String, _ second: String, byteCount: Int) -> [UInt8] {
    safetensorsBytes(
      header: """
        {"a":{"dtype":"F32","shape":[2],"data_offsets":\(first)},"b":{"dtype":"F32","shape":[2],"data_offsets":\(second)}}
        """, data: [UInt8](repeating: 0, count: byteCount))
  }

  @Test func rejectsOverlapHoleAndRest() throws {
    #expect(
      try fault(pair("[0,8]", "[4,12]", byteCount: 12))
        == .tensorsNotContiguous(path: path, tensor: "b", expectedByteOffset: 8, foundByteOffset: 4))
    #expect(
      try fault(pair("[0,8]", "[0,8]", byteCount: 8))
        == .tensorsNotContiguous(path: path, tensor: "b", expectedByteOffset: 8, foundByteOffset: 0))
    #expect(
      try fault(pair("[0,8]", "[12,20]", byteCount: 20))
        == .tensorsNotContiguous(path: path, tensor: "b", expectedByteOffset: 8, foundByteOffset: 12))
    #expect(
      try fault(pair("[4,12]", "[12,20]", byteCount: 20))
        == .tensorsNotContiguous(path: path, tensor: "a", expectedByteOffset: 0, foundByteOffset: 4))
    #expect(
      try fault(pair("[0,8]", "[8,16]", byteCount: 17))
        == .dataLengthMismatch(path: path, expected: 16, found: 17))
    #expect(try open(pair("[8,16]", "[0,8]", byteCount: 16)).tensorNames == ["b", "a"])
  }
}
