/// Python value that tests pickle, hostile values included.
indirect enum TestPickle: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  case tuple([TestPickle])
  case list([TestPickle])
  case dictionary([(String, TestPickle)])
  case global(String, String)
  case call(String, String, [TestPickle])
  case orderedDictionary([(String, TestPickle)])
  case persistent(TestPickle)

  /// Whole pickle of the value in protocol 2.
  var pickled: [UInt8] { [0x80, 2] + opcodes + [UInt8(ascii: ".")] }

  private var opcodes: [UInt8] {
    func entries(_ entries: [(String, TestPickle)]) -> [UInt8] {
      [UInt8(ascii: "(")] + entries.flatMap { TestPickle.text($0).opcodes + $1.opcodes } + [UInt8(ascii: "u")]
    }
    return switch self {
    case .none: [UInt8(ascii: "N")]
    case .bool(let value): [value ? 0x88 : 0x89]
    // LONG1, 8 bytes.
    case .integer(let value): [0x8a, 8] + little(value)
    case .float(let value): [UInt8(ascii: "G")] + little(value.bitPattern.byteSwapped)
    case .text(let text): [UInt8(ascii: "X")] + little(UInt32(text.utf8.count)) + Array(text.utf8)
    case .tuple(let values): [UInt8(ascii: "(")] + values.flatMap(\.opcodes) + [UInt8(ascii: "t")]
    case .list(let values): Array("](".utf8) + values.flatMap(\.opcodes) + [UInt8(ascii: "e")]
    case .dictionary(let pairs): [UInt8(ascii: "}")] + entries(pairs)
    case .global(let module, let name): Array("c\(module)\n\(name)\n".utf8)
    case .call(let module, let name, let arguments):
      TestPickle.global(module, name).opcodes + TestPickle.tuple(arguments).opcodes + [UInt8(ascii: "R")]
    case .orderedDictionary(let pairs):
      TestPickle.call("collections", "OrderedDict", []).opcodes + entries(pairs)
    case .persistent(let value): value.opcodes + [UInt8(ascii: "Q")]
    }
  }
}

/// PyTorch checkpoint for tests.
struct TestCheckpoint {
  /// Contents of the storages by key.
  var storages: [(key: String, bytes: [UInt8])] = []
  var state: [(String, TestPickle)] = []
  var byteOrder: String? = "little"
  /// Arguments in `metadata.kwargs`; nil for a bare state dictionary.
  var arguments: [(String, TestPickle)]?

  /// Adds a storage and returns the value that refers to it.
  mutating func storage(_ bytes: [UInt8], type: String = "FloatStorage", elementCount: Int) -> TestPickle {
    storages.append(("\(storages.count)", bytes))
    return .persistent(
      .tuple([
        .text("storage"), .global("torch", type), .text("\(storages.count - 1)"), .text("cpu"), .integer(elementCount),
      ]))
  }

  /// Adds a tensor of 32-bit floats in C order.
  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    let storage = storage(values.flatMap { little($0.bitPattern) }, elementCount: values.count)
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    state.append((name, Self.tensor(storage, offset: 0, shape, strides)))
  }

  static func tensor(_ storage: TestPickle, offset: Int, _ shape: [Int], _ strides: [Int]) -> TestPickle {
    .call(
      "torch._utils", "_rebuild_tensor_v2",
      [
        storage, .integer(offset), .tuple(shape.map(TestPickle.integer)), .tuple(strides.map(TestPickle.integer)),
        .bool(false), .orderedDictionary([]),
      ])
  }

  var root: TestPickle {
    let state = TestPickle.orderedDictionary(state)
    guard let arguments else { return state }
    return .dictionary([("state_dict", state), ("metadata", .dictionary([("kwargs", .dictionary(arguments))]))])
  }

  /// Entries of the archive.
  var entries: [ZipBuilder.Entry] {
    [ZipBuilder.Entry("model/data.pkl", root.pickled)]
      + (byteOrder.map { [ZipBuilder.Entry("model/byteorder", $0.utf8)] } ?? [])
      + storages.map { ZipBuilder.Entry("model/data/\($0.key)", $0.bytes) }
      + [ZipBuilder.Entry("model/version", "3\n".utf8)]
  }

  func bytes() -> [UInt8] { ZipBuilder(entries).bytes() }
}
