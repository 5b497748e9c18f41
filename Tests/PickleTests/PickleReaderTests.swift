import Pickle
import Testing

struct PickleReaderTests {
  private typealias Write = PickleBytes

  private let call = PickleGlobal(module: "torch._utils", name: "_rebuild_tensor_v2")

  private func read(_ bytes: [UInt8], allowing globals: Set<PickleGlobal> = []) throws -> PickleValue {
    try PickleReader(allowing: globals).read(bytes).root
  }

  @Test(arguments: 0...5) func readsWhatPythonWrites(version: Int) throws {
    let root = try read(Write.sample[version])
    let entries = try #require(root.dictionary)
    #expect(entries.map(\.key.text) == ["name", "shape", "items"])
    #expect(entries["name"]?.text == "a")
    #expect(entries["shape"]?.tuple?.map(\.integer) == [1, 2, 3])
    #expect(entries["absent"] == nil)
    let items = try #require(entries["items"]?.list)
    #expect(items.count == 9 + (version >= 2 ? 1 : 0) + (version >= 3 ? 1 : 0))
    #expect(items[0].isNone)
    #expect(items[1...2].map(\.bool) == [true, false])
    #expect(items[3].number == 1.5)
    #expect(items[4...8].map(\.integer) == [-2, 300, 70_000, 1 << 40, -(1 << 40)])
    if version >= 2 {
      guard case .bigInteger(let bytes) = items[9].content else {
        return #expect(Bool(false), "2^70 is no big integer")
      }
      #expect(Array(bytes) == [0, 0, 0, 0, 0, 0, 0, 0, 0x40])
    }
    if version >= 3 { #expect(items[10].bytes.map(Array.init) == [0, 0xFF]) }
  }

  @Test(arguments: 0...5) func rejectsTruncationAtEveryByte(version: Int) {
    let bytes = Write.sample[version]
    for count in 0..<bytes.count {
      #expect(throws: PickleError.self, "cut after \(count) bytes") { try read(Array(bytes.prefix(count))) }
    }
  }

  @Test(arguments: 0...5) func everyFlippedByteIsReadOrRefused(version: Int) {
    for index in Write.sample[version].indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = Write.sample[version]
        bytes[index] = byte
        do { _ = try read(bytes) } catch { #expect(error is PickleError) }
      }
    }
  }

  @Test func recordsACallOfAnAllowedGlobal() throws {
    // The global is called with the persistent ID ("storage", "cpu"); BUILD then sets the state {"a": 1}.
    let bytes = Write.program(
      Write.global(call.module, call.name), Write.text("storage"), Write.text("cpu"), [0x86], Write.code("QK\u{7}"),
      [0x86], Write.code("R}"), Write.text("a"), Write.code("K\u{1}sb"))
    let object = try #require(try read(bytes, allowing: [call]).object)
    #expect(object.global == call)
    #expect(object.arguments[0].persistentID?.tuple?.map(\.text) == ["storage", "cpu"])
    #expect(object.arguments[1].integer == 7)
    #expect(object.state?.dictionary?["a"]?.integer == 1)
    #expect(object.entries.isEmpty && object.appended.isEmpty)
  }

  @Test func keepsTheItemsSetOnAnObject() throws {
    let ordered = PickleGlobal(module: "collections", name: "OrderedDict")
    let bytes = Write.program(
      Write.global("collections", "OrderedDict"), Write.code(")R("), Write.text("a"), Write.code("K\u{1}"),
      Write.text("b"), Write.code("K\u{2}u"))
    let object = try #require(try read(bytes, allowing: [ordered]).object)
    #expect(object.entries.map(\.key.text) == ["a", "b"])
    #expect(object.entries["b"]?.integer == 2)
  }

  @Test func namesAGlobalWithoutAnAllowance() throws {
    #expect(try read(Write.program(Write.global("os", "system"))).global == PickleGlobal(module: "os", name: "system"))
  }

  @Test func refusesToCallOtherGlobals() {
    let system = PickleGlobal(module: "os", name: "system")
    let reduced = Write.program(Write.global("os", "system"), Write.text("true"), [0x85], Write.code("R"))
    let stackNamed = Write.program(
      Write.text("os"), Write.text("system"), [0x93], Write.text("true"), [0x85], Write.code("R"))
    let instantiated = Write.program(Write.global("os", "system"), Write.code(")"), [0x81])
    #expect(throws: PickleError.forbiddenGlobal(system, byteOffset: 23)) { try read(reduced, allowing: [call]) }
    #expect(throws: PickleError.forbiddenGlobal(system, byteOffset: 31)) { try read(stackNamed, allowing: [call]) }
    #expect(throws: PickleError.forbiddenGlobal(system, byteOffset: 14)) { try read(instantiated, allowing: [call]) }
    #expect(
      PickleError.forbiddenGlobal(system, byteOffset: 23).description
        == "the pickle calls os.system, which is not allowed (byte 23)")
    #expect(
      !PickleError.forbiddenGlobal(PickleGlobal(module: "\u{1B}[2J\n", name: "é"), byteOffset: 0).description
        .contains { $0 == "\u{1B}" || $0 == "\n" })
  }

  @Test func refusesToCallValuesThatAreNoGlobals() {
    let called = Write.program(Write.text("os"), Write.code(")R"))
    #expect(throws: PickleError.wrongOperand(opcode: "REDUCE", expected: "a global to call", byteOffset: 10)) {
      try read(called)
    }
    // BUILD sets the state of a list, and of a global that was not called.
    #expect(throws: PickleError.self) { try read(Write.program(Write.code("]}b"))) }
    #expect(throws: PickleError.self) { try read(Write.program(Write.global("os", "system"), Write.code("}b"))) }
  }

  @Test(arguments: [
    ("INST", "(ios\nsystem\n"), ("OBJ", "(cos\nsystem\no"), ("STRING", "S'a'\n"), ("PERSID", "Pa\n"),
    ("BINSTRING", "T"), ("SHORT_BINSTRING", "U"),
  ])
  func refusesOtherOpcodesByName(name: String, program: String) {
    #expect {
      try read(Write.program(Write.code(program)))
    } throws: { error in
      if case PickleError.refusedOpcode(let found, _) = error { found == name } else { false }
    }
  }

  @Test(arguments: [
    (UInt8(0x82), "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x8F, "EMPTY_SET"), (0x90, "ADDITEMS"),
    (0x91, "FROZENSET"), (0x92, "NEWOBJ_EX"), (0x97, "NEXT_BUFFER"), (0x98, "READONLY_BUFFER"),
  ])
  func refusesBinaryOpcodesByName(byte: UInt8, name: String) {
    #expect(throws: PickleError.refusedOpcode(name, byteOffset: 2)) { try read([0x80, 2, byte]) }
    #expect(throws: PickleError.unknownOpcode(0xFF, byteOffset: 0)) { try read([0xFF]) }
    #expect(throws: PickleError.unsupportedProtocol(6, byteOffset: 0)) { try read([0x80, 6]) }
  }

  @Test func rejectsLengthsBeyondTheInput() {
    #expect(throws: PickleError.truncated(byteOffset: 9)) {
      try read([0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    }
    #expect(throws: PickleError.truncated(byteOffset: 5)) { try read([0x8B, 0xFF, 0xFF, 0xFF, 0x7F]) }
    #expect(throws: PickleError.truncated(byteOffset: 0)) { try read([0x95, 1, 0, 0, 0, 0, 0, 0, 0]) }
  }

  @Test func rejectsBrokenStacks() {
    let faults: [(String, PickleError)] = [
      (".", .unfinished(byteOffset: 2)),
      ("NN.", .unfinished(byteOffset: 4)),
      ("N(.", .unfinished(byteOffset: 4)),
      ("0", .stackUnderflow(opcode: "POP", byteOffset: 2)),
      ("t", .missingMark(opcode: "TUPLE", byteOffset: 2)),
      ("](a", .stackUnderflow(opcode: "APPEND", byteOffset: 4)),
      ("N(s", .stackUnderflow(opcode: "SETITEM", byteOffset: 4)),
      ("h\u{5}", .missingMemo(index: 5, byteOffset: 2)),
      ("(Nd", .wrongOperand(opcode: "DICT", expected: "a value for each key", byteOffset: 4)),
      ("}]Ns", .unhashableKey(byteOffset: 5)),
      ("NNa", .wrongOperand(opcode: "APPEND", expected: "a list", byteOffset: 4)),
      ("I1x\n", .badNumber(byteOffset: 2)),
      ("F1x\n", .badNumber(byteOffset: 2)),
      ("Va\\u0041\n", .badText(byteOffset: 2)),
    ]
    for (program, error) in faults {
      #expect(throws: error, "\(program)") { try read([0x80, 2] + Write.code(program)) }
    }
    #expect(throws: PickleError.badText(byteOffset: 0)) { try read([0x8C, 1, 0xC3, 0x2E]) }
  }
}
