import Foundation
import ModelImport
import ModelStore
import Pickle
import TestSupport
import Testing

@Suite struct CheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path + "/file.pth" }

  private func open(_ bytes: [UInt8]) throws -> Checkpoint {
    try Checkpoint(path: folder.write(bytes, to: "file.pth"))
  }

  private func values(_ name: String, of checkpoint: Checkpoint) throws -> [Float] {
    try checkpoint.storages.all(of: #require(checkpoint.tensor(named: name)))
  }

  /// Checkpoint with the tensor `a`, a view of a storage of 12 floats 0, 1, 2, ….
  private func view(offset: Int, _ shape: [Int], _ strides: [Int]) throws -> [Float] {
    var checkpoint = TestCheckpoint()
    let storage = checkpoint.storage((0..<12).flatMap { little(Float($0).bitPattern) }, elementCount: 12)
    checkpoint.state = [("a", TestCheckpoint.tensor(storage, offset: offset, shape, strides))]
    return try values("a", of: open(checkpoint.bytes()))
  }

  @Test func readsViews() throws {
    #expect(try view(offset: 0, [3, 4], [4, 1]) == (0..<12).map(Float.init))
    #expect(try view(offset: 1, [3], [4]) == [1, 5, 9])
    // Transposed view.
    #expect(try view(offset: 0, [4, 3], [1, 4]) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(try view(offset: 2, [2, 2, 2], [6, 1, 2]) == [2, 4, 3, 5, 8, 10, 9, 11])
    // Expanded view, as of `expand`.
    #expect(try view(offset: 3, [2, 3], [0, 1]) == [3, 4, 5, 3, 4, 5])
    #expect(try view(offset: 7, [], []) == [7])
    #expect(try view(offset: 12, [0, 4], [4, 1]) == [])
    #expect(try view(offset: 5, [1, 1], [99, 1_000]) == [5])
  }

  @Test func sharesStorages() throws {
    var checkpoint = TestCheckpoint()
    let storage = checkpoint.storage((0..<4).flatMap { little(Float($0).bitPattern) }, elementCount: 4)
    checkpoint.state = [
      ("a", TestCheckpoint.tensor(storage, offset: 0, [2, 2], [2, 1])),
      ("b", TestCheckpoint.tensor(storage, offset: 2, [2], [1])),
    ]
    let file = try open(checkpoint.bytes())
    #expect(try values("a", of: file) == [0, 1, 2, 3])
    #expect(try values("b", of: file) == [2, 3])
    #expect(file.tensors.map(\.name) == ["a", "b"])
  }

  @Test(arguments: [
    (12, [2], [1]), (11, [2], [1]), (0, [3, 4], [5, 1]), (0, [13], [1]), (-1, [1], [1]), (0, [2], [-1]), (0, [-2], [1]),
    (0, [2, 2], [1]), (0, [1 << 40, 1 << 40], [0, 0]), (0, [1 << 62], [0]), (0, [2], [.max]), (.max, [2], [1]),
    (0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ])
  func rejectsViewsThatCannotBe(offset: Int, shape: [Int], strides: [Int]) throws {
    let fault = #expect(throws: ImportError.self) { try view(offset: offset, shape, strides) }
    guard case .tensorOutOfRange(path, "a", _) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test func rejectsTensorsThatExpandTooMuch() throws {
    let fault = #expect(throws: ImportError.self) { try view(offset: 0, [1 << 30], [0]) }
    guard case .tooManyElements(path, 1 << 32, _) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test(
    arguments: [
      ("DoubleStorage", 8, [little((-1.5).bitPattern), little(0.1.bitPattern)].flatMap { $0 }, [-1.5, 0.1]),
      ("FloatStorage", 4, little(Float(2.5).bitPattern), [2.5]),
      ("HalfStorage", 2, [0x00, 0x3e, 0x01, 0x00], [1.5, 0x1p-24]), ("BFloat16Storage", 2, [0x40, 0xc0], [-3]),
      ("LongStorage", 8, little(Int64(-7)), [-7]), ("IntStorage", 4, little(Int32.max), [2_147_483_648]),
      ("ShortStorage", 2, little(Int16.min), [-32_768]), ("CharStorage", 1, [0xff, 3], [-1, 3]),
      ("ByteStorage", 1, [0xff], [255]), ("BoolStorage", 1, [0, 1], [0, 1]),
    ] as [(String, Int, [UInt8], [Float])])
  func readsEveryElementType(type: String, byteCount: Int, bytes: [UInt8], expected: [Float]) throws {
    for isBigEndian in [false, true] {
      var checkpoint = TestCheckpoint()
      checkpoint.byteOrder = isBigEndian ? "big" : "little"
      let stored =
        isBigEndian
        ? stride(from: 0, to: bytes.count, by: byteCount).flatMap { bytes[$0..<$0 + byteCount].reversed() } : bytes
      let storage = checkpoint.storage(stored, type: type, elementCount: expected.count)
      checkpoint.state = [("a", TestCheckpoint.tensor(storage, offset: 0, [expected.count], [1]))]
      #expect(try values("a", of: open(checkpoint.bytes())) == expected)
    }
  }

  @Test func readsTensorsOfUntypedStorages() throws {
    for (type, bytes, expected) in [
      ("float8_e4m3fn", [0x38, 0xb8, 0x7e, 0x01, 0x08], [1, -1, 448, 0x1p-9, 0x1p-6]),
      ("float8_e5m2", [0x3c, 0xc0, 0x01, 0x7b], [1, -2, 0x1p-16, 57_344]), ("uint16", [0xff, 0xff], [65_535]),
    ] as [(String, [UInt8], [Float])] {
      var checkpoint = TestCheckpoint()
      let key = "0"
      checkpoint.storages = [(key, bytes)]
      let storage = TestPickle.persistent(
        .tuple([
          .text("storage"), .global("torch.storage", "UntypedStorage"), .text(key), .text("cpu"), .integer(bytes.count),
        ]))
      checkpoint.state = [
        (
          "a",
          .call(
            "torch._utils", "_rebuild_tensor_v3",
            [
              storage, .integer(0), .tuple([.integer(expected.count)]), .tuple([.integer(1)]), .bool(false),
              .orderedDictionary([]), .global("torch", type),
            ])
        )
      ]
      #expect(try values("a", of: open(checkpoint.bytes())) == expected, "\(type)")
    }
  }

  @Test func readsParametersAndSizes() throws {
    var checkpoint = TestCheckpoint()
    let storage = checkpoint.storage(little(Float(4).bitPattern), elementCount: 1)
    let tensor = TestPickle.call(
      "torch._utils", "_rebuild_tensor_v2",
      [
        storage, .integer(0), .call("torch", "Size", [.tuple([.integer(1)])]), .tuple([.integer(1)]), .bool(true),
        .none,
      ])
    checkpoint.state = [("a", .call("torch._utils", "_rebuild_parameter", [tensor, .bool(true), .none]))]
    #expect(try values("a", of: open(checkpoint.bytes())) == [4])
  }

  @Test func readsArguments() throws {
    var checkpoint = TestCheckpoint()
    checkpoint.add("a", [1], [1])
    checkpoint.arguments = [
      ("dim", .integer(4)), ("rates", .list([.integer(2), .integer(3)])), ("strides", .tuple([.integer(8)])),
      ("dropout", .float(0.5)), ("latent", .none), ("flash", .bool(false)), ("mode", .text("mask")),
      ("ctrl", .dictionary([("rms", .integer(1))])),
    ]
    #expect(
      try open(checkpoint.bytes()).notes.arguments
        == #"{"ctrl":{},"dim":4,"dropout":0.5,"flash":false,"latent":null,"mode":"mask","rates":[2,3],"strides":[8]}"#)
    checkpoint.arguments = nil
    #expect(try open(checkpoint.bytes()).notes.arguments == nil)
  }

  /// Nothing is executed: not the command, and no other global either.
  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("torch", "load"),
    ("torch._utils", "_rebuild_tensor_v2.__globals__"),
  ])
  func refusesToCall(module: String, name: String) throws {
    let witness = folder.path + "/witness"
    for place in 0..<3 {
      let call = TestPickle.call(module, name, [.text("touch \(witness)")])
      var checkpoint = TestCheckpoint()
      checkpoint.add("a", [1], [1])
      switch place {
      case 0: checkpoint.state.append(("b", call))
      case 1: checkpoint.arguments = [("dim", call)]
      default: checkpoint.state[0].1 = .tuple([call, checkpoint.state[0].1])
      }
      let fault = #expect(throws: ImportError.self) { try open(checkpoint.bytes()) }
      guard case .pickle(path, "model/data.pkl", .forbiddenGlobal(let global, _)) = fault else {
        Issue.record("\(String(describing: fault))")
        return
      }
      #expect(global == PickleGlobal(module: module, name: name))
      #expect(fault?.description.contains("\(module).\(name)") == true)
    }
    #expect(!FileManager.default.fileExists(atPath: witness))
  }

  @Test func rejectsOtherPickles() throws {
    func fault(_ change: (inout TestCheckpoint) -> Void) throws -> ImportError? {
      var checkpoint = TestCheckpoint()
      checkpoint.add("a", [2], [1, 2])
      change(&checkpoint)
      return #expect(throws: ImportError.self) { try open(checkpoint.bytes()) }
    }
    #expect(try fault { $0.state.append(("b", .integer(1))) }?.description.contains("b is no tensor") == true)
    #expect(try fault { $0.storages = [] } == .missingEntry(path: path, entry: "model/data/0"))
    #expect(try fault { $0.storages[0].bytes.append(0) }?.description.contains("9 bytes") == true)
    #expect(try fault { $0.byteOrder = "middle" }?.description.contains("neither little nor big") == true)
    #expect(
      try fault {
        let storage = $0.storage([0, 0, 0, 0], type: "ComplexHalfStorage", elementCount: 1)
        $0.state.append(("c", TestCheckpoint.tensor(storage, offset: 0, [1], [1])))
      } == .unsupportedStorage(path: path, tensor: "c", type: "torch.ComplexHalfStorage"))
    #expect(
      try fault {
        let storage = $0.storage([0, 0, 0, 0], elementCount: .max)
        $0.state.append(("c", TestCheckpoint.tensor(storage, offset: 0, [1], [1])))
      }?.description.contains("storage of \(Int.max) elements") == true)
    #expect(try fault { $0.arguments = (0..<300).map { ("\($0)", .none) } }?.description.contains("kwargs") == true)
  }

  /// Each value of a pickle takes memory; a file of them is bounded.
  @Test func rejectsAPickleOfTooManyValues() throws {
    let pickle = [0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: 200_000) + [UInt8(ascii: ".")]
    let bytes = ZipBuilder([ZipBuilder.Entry("m/data.pkl", pickle)]).bytes()
    let fault = #expect(throws: ImportError.self) { try open(bytes) }
    guard case .pickle(path, "m/data.pkl", .tooMany("values", 8_192, _)) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test func saysHowToConvertOldFiles() throws {
    let legacy: [UInt8] = [
      0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, UInt8(ascii: "."),
    ]
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: "ustar".utf8)
    for (bytes, format) in [
      (legacy, "before PyTorch 1.6"), ([0x80, 2, 0x7d, 0x2e], "bare pickle"), (tar, "tar archive"),
    ] {
      let fault = #expect(throws: ImportError.self) { try open(bytes) }
      #expect(fault?.description.contains(format) == true)
      #expect(fault?.hint?.contains("torch.save(") == true)
    }
    let package = ZipBuilder([ZipBuilder.Entry("m/.data/extern_modules", "torch\n".utf8)]).bytes()
    let packageFault = #expect(throws: ImportError.self) { try open(package) }
    #expect(packageFault?.description.contains("torch.package") == true)
    var script = TestCheckpoint()
    script.add("a", [1], [1])
    let entries = script.entries + [ZipBuilder.Entry("model/constants.pkl", [0x80, 2])]
    let fault = #expect(throws: ImportError.self) { try open(ZipBuilder(entries).bytes()) }
    #expect(fault?.description.contains("TorchScript") == true)
    #expect(throws: ImportError.unknownFormat(path: path)) { try open(Array("not a checkpoint".utf8)) }
    #expect(throws: ImportError.unknownFormat(path: path)) { try open([]) }
  }

  @Test func roundsToNearestHalvesToEven() throws {
    for bits in UInt16.min...UInt16.max where bits & 0x7c00 != 0x7c00 {
      let value = Float(Float16(bitPattern: bits))
      #expect(narrowedHalf(value) == bits)
    }
    // The values have all signs and exponents, with various mantissas.
    for index in 0..<65_536 as Range<UInt32> {
      let value = Float(bitPattern: index << 16 | index &* 40_503 & 0xffff)
      guard value.isFinite else { continue }
      let half = Float16(value)
      #expect(narrowedHalf(value) == (half.isFinite ? half.bitPattern : nil), "bits \(value.bitPattern)")
      if let narrow = narrowedBFloat16(value) {
        let back = Float(bitPattern: UInt32(narrow) << 16)
        // The value is halfway between two neighbours.
        for neighbour in [narrow &- 1, narrow &+ 1] {
          let other = Float(bitPattern: UInt32(neighbour) << 16)
          #expect(!other.isFinite || abs(Double(other) - Double(value)) >= abs(Double(back) - Double(value)))
        }
      }
    }
    #expect(narrowedBFloat16(Float(bitPattern: 0x3f80_8000)) == 0x3f80)
    #expect(narrowedBFloat16(Float(bitPattern: 0x3f81_8000)) == 0x3f82)
    #expect(narrowedBFloat16(.greatestFiniteMagnitude) == nil)
  }
}
