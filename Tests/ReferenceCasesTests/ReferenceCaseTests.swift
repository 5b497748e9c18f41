import Foundation
import ReferenceCases
import Testing

@Suite struct ReferenceCaseTests {
  @Test(arguments: [
    ("DAC", ["dac"]), ("LAC", ["lac", "lac_odd"]), ("VampNet", ["c2f", "coarse", "coarse_long"]),
    ("VGGish", ["vggish"]),
  ])
  func findsCasesByModel(model: String, names: [String]) throws {
    #expect(try ReferenceCases.all(of: model, in: Fixtures.folder + "/reference").map(\.name) == names)
  }

  @Test func throwsWhereThereIsNoCase() throws {
    let folder = Fixtures.folder + "/reference"
    #expect(throws: ReferenceError.noCases(folder: folder, model: "SNAC")) {
      try ReferenceCases.all(of: "SNAC", in: folder)
    }
    #expect(throws: ReferenceError.missing(path: "/nowhere")) { try ReferenceCases.all(of: "DAC", in: "/nowhere") }
  }

  @Test func readsArraysOfEveryTypeInUse() throws {
    let coarse = try ReferenceCase(folder: Fixtures.path("reference/coarse"))
    #expect(try coarse.array("codes").shape == [3, 70])
    #expect(try coarse.array("codes").integers.allSatisfy { (0..<96).contains($0) })
    #expect(try coarse.array("mask").flags.count == 210)
    #expect(try coarse.array("logits").floats.count == 96 * 210)
    #expect(try coarse.integer("sampling_steps") == 6)
    #expect(coarse.arguments["embedding_dim"] == .integer(48))
    #expect(coarse.loraPath != nil)
    #expect(try coarse.checkpointPath() == coarse.folder + "/weights.pth")
    #expect(try coarse.codecWeightsPath().hasSuffix("/codec.safetensors"))
    #expect(throws: ReferenceError.missing(path: coarse.folder + "/audio.npy")) { try coarse.array("audio") }
    #expect(coarse.hasArray("logits_lora") && !coarse.hasArray("audio"))
  }

  @Test func aModelFileNeedsNoImport() throws {
    let place = FileManager.default.temporaryDirectory.path + "/vampc-\(UUID().uuidString)"
    let folder = place + "/dac"
    defer { try? FileManager.default.removeItem(atPath: place) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(#"{"model": "DAC"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/case.json"))
    let own = try ReferenceCase(folder: folder)
    #expect(throws: ReferenceError.missing(path: folder + "/weights.pth")) { try own.weightsPath() }
    try Data([1]).write(to: URL(fileURLWithPath: folder + "/weights.safetensors"))
    #expect(try own.weightsPath() == folder + "/weights.safetensors")
  }

  @Test func measuresRelativeError() {
    #expect(relativeError([3, 4], [3, 4]) == 0)
    #expect(relativeError([3, 5], [3, 4]) == 0.2)
    #expect(relativeError([3], [3, 4]) == .infinity)
    #expect(relativeError([.nan], [1]) == .infinity)
    #expect(relativeError([1], [0]) == .infinity)
  }
}

@Suite struct NumPyArrayTests {
  private func array(_ description: String, data: [UInt8], version: UInt8 = 1) throws -> NumPyArray {
    var bytes: [UInt8] = [0x93] + "NUMPY".utf8 + [version, 0]
    bytes += (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: description.utf8.count >> (8 * $0)) }
    bytes += Array(description.utf8) + data
    let path = FileManager.default.temporaryDirectory.path + "/vampc-\(UUID().uuidString).npy"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try NumPyArray(path: path)
  }

  private func header(_ type: String, _ shape: String, order: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
  }

  @Test func readsEveryElementType() throws {
    #expect(try array(header("<f4", "(1,)"), data: [0, 0, 0x80, 0x3f]).elements == .floats([1]))
    #expect(try array(header("<f8", "()"), data: [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).elements == .doubles([1]))
    #expect(try array(header("<i4", "(1, 1)"), data: [0xfe, 0xff, 0xff, 0xff], version: 2).elements == .int32s([-2]))
    #expect(try array(header("<i8", "(1,)"), data: [1, 0, 0, 0, 0, 0, 0, 0x80]).integers == [.min + 1])
    #expect(try array(header("|u1", "(2, 1)"), data: [7, 255]).integers == [7, 255])
    #expect(try array(header("|b1", "(3,)"), data: [0, 1, 1]).flags == [false, true, true])
    #expect(try array(header("|u1", "(0, 5)"), data: []).shape == [0, 5])
  }

  @Test(arguments: [
    ("<f4", "(2,)", "False"), ("<f4", "(1,)", "True"), (">f4", "(1,)", "False"), ("<f2", "(2,)", "False"),
    ("<f4", "(-1,)", "False"), ("<f4", "(9223372036854775807, 3)", "False"),
    ("<f4", "(99999999999999999999,)", "False"),
    ("<f4", "(4611686018427387904,)", "False"),
  ])
  func rejectsHeader(type: String, shape: String, order: String) {
    #expect(throws: ReferenceError.self) {
      try array(header(type, shape, order: order), data: [0, 0, 0, 0])
    }
  }

  @Test func rejectsWhatIsNoArray() {
    #expect(throws: ReferenceError.missing(path: "/nowhere.npy")) { try NumPyArray(path: "/nowhere.npy") }
    #expect(throws: ReferenceError.self) { try NumPyArray(path: Fixtures.path("reference/dac/case.json")) }
    #expect(throws: ReferenceError.self) { try array("", data: [], version: 4) }
  }
}
