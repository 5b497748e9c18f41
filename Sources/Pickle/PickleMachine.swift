/// Stack machine that executes the opcodes of a pickle; see ``PickleReader``.
struct PickleMachine {
  let allowedGlobals: Set<PickleGlobal>
  let limits: PickleLimits

  private(set) var nodes: [PickleDocument.Node] = []
  /// Number of levels of containers that each node spans, as of the last change of the node; 0 for a plain value and
  /// for an empty container.
  private var depths: [Int32] = []
  private var lists: [[Int32]] = []
  private var globals: [PickleGlobal] = []
  private var globalNumbers: [PickleGlobal: Int] = [:]
  private var objects: [PickleDocument.ObjectRecord] = []
  /// Stack of values as indices into `nodes`.
  private var stack: [Int32] = []
  /// Numbers of values on the stack below each open mark, the last mark last.
  private var marks: [Int] = []
  private var memo: [Int: Int32] = [:]

  /// Opcode that is being executed; `byteOffset` is its offset in the input. Both are kept for error messages.
  private var opcode = PickleOpcode.stop
  private var byteOffset = 0

  init(allowedGlobals: Set<PickleGlobal>, limits: PickleLimits) {
    (self.allowedGlobals, self.limits) = (allowedGlobals, limits)
  }

  /// Executes one opcode, whose arguments follow in `input`.
  ///
  /// - Returns: Whether the opcode ends the pickle.
  /// - Throws: ``PickleError``.
  mutating func step(_ opcode: PickleOpcode, at byteOffset: Int, _ input: inout PickleInput) throws -> Bool {
    (self.opcode, self.byteOffset) = (opcode, byteOffset)
    switch opcode {
    case .stop: return true

    case .proto:
      let version = try Int(input.byte())
      guard version <= 5 else { throw PickleError.unsupportedProtocol(version, byteOffset: byteOffset) }
    case .frame:
      // A frame only says how many bytes may be read ahead.
      let count = try input.unsigned(byteCount: 8)
      guard count <= input.bytes.count - input.position else { throw PickleError.truncated(byteOffset: byteOffset) }

    case .mark:
      guard marks.count < limits.depth else { throw tooMany("nested values", limits.depth) }
      marks.append(stack.count)
    case .pop:
      // Python's pickler ends a tuple that contains itself with pops; the last one removes the mark.
      if stack.count == marks.last {
        marks.removeLast()
      } else {
        _ = try popped()
      }
    case .popMark: _ = try poppedToMark()
    case .duplicate: try pushAgain(top())

    case .none: try push(.none)
    case .newtrue: try push(.bool(true))
    case .newfalse: try push(.bool(false))
    case .binint1: try push(.integer(input.unsigned(byteCount: 1)))
    case .binint2: try push(.integer(input.unsigned(byteCount: 2)))
    case .binint: try push(.integer(Int(Int32(truncatingIfNeeded: input.unsigned(byteCount: 4)))))
    case .long1: try pushInteger(input.take(input.unsigned(byteCount: 1)), input)
    case .long4: try pushInteger(input.take(input.unsigned(byteCount: 4)), input)
    case .int, .long: try pushDecimal(input.line(), input)
    case .binfloat:
      let bits = try input.bytes[input.take(8)].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      try push(.float(Double(bitPattern: bits)))
    case .float:
      guard let value = try Double(input.text(input.line(), byteOffset: byteOffset)) else {
        throw PickleError.badNumber(byteOffset: byteOffset)
      }
      try push(.float(value))

    case .shortBinunicode: try pushText(input.take(input.unsigned(byteCount: 1)), input)
    case .binunicode: try pushText(input.take(input.unsigned(byteCount: 4)), input)
    case .binunicode8: try pushText(input.take(input.unsigned(byteCount: 8)), input)
    case .unicode:
      let range = try input.line()
      guard !input.bytes[range].contains(UInt8(ascii: "\\")) else { throw PickleError.badText(byteOffset: byteOffset) }
      try pushText(range, input)
    case .shortBinbytes: try push(.bytes(input.take(input.unsigned(byteCount: 1))))
    case .binbytes: try push(.bytes(input.take(input.unsigned(byteCount: 4))))
    case .binbytes8, .bytearray8: try push(.bytes(input.take(input.unsigned(byteCount: 8))))

    case .emptyTuple: try push(.tuple(list: newList([])))
    case .tuple1: try pushTuple(popped(count: 1))
    case .tuple2: try pushTuple(popped(count: 2))
    case .tuple3: try pushTuple(popped(count: 3))
    case .tuple: try pushTuple(poppedToMark())
    case .emptyList: try push(.list(list: newList([])))
    case .list:
      let items = try poppedToMark()
      try push(.list(list: newList(items)), containing: items)
    case .emptyDict: try push(.dictionary(list: newList([])))
    case .dict:
      let items = try poppedToMark()
      try checkEntries(items)
      try push(.dictionary(list: newList(items)), containing: items)
    case .append: try append(popped(count: 1))
    case .appends: try append(poppedToMark())
    case .setitem: try setItems(popped(count: 2))
    case .setitems: try setItems(poppedToMark())

    case .binput: try remember(input.unsigned(byteCount: 1))
    case .longBinput: try remember(input.unsigned(byteCount: 4))
    case .put: try remember(memoIndex(input.line(), input))
    case .memoize: try remember(memo.count)
    case .binget: try recall(input.unsigned(byteCount: 1))
    case .longBinget: try recall(input.unsigned(byteCount: 4))
    case .get: try recall(memoIndex(input.line(), input))

    case .global:
      let module = try input.line()
      try pushGlobal(module, input.line(), input)
    case .stackGlobal:
      let parts = try popped(count: 2)
      guard case .text(let module) = kind(parts[0]), case .text(let name) = kind(parts[1]) else {
        throw wrongOperand("two texts")
      }
      try pushGlobal(module, name, input)
    case .reduce, .newobj: try call()
    case .build:
      let state = try popped()
      guard case .object(let number) = try kind(top()) else {
        throw wrongOperand("an object made by an allowed global")
      }
      guard objects[number].state == nil else { throw wrongOperand("an object without a state") }
      objects[number].state = Int(state)
      try noteDepth(of: top(), containing: [state])
    case .binpersid:
      let name = try popped()
      try push(.persistentID(Int(name)), containing: [name])

    case .persid, .string, .binstring, .shortBinstring, .inst, .obj, .ext1, .ext2, .ext4, .emptySet, .additems,
      .frozenset, .newobjEx, .nextBuffer, .readonlyBuffer:
      throw PickleError.refusedOpcode(opcode.name, byteOffset: byteOffset)
    }
    return false
  }

  /// Returns the document of the pickle after its last opcode, which stands at `stopOffset` in the input.
  ///
  /// - Throws: ``PickleError/unfinished(byteOffset:)`` unless exactly one value and no mark remain.
  func document(of input: PickleInput, stopOffset: Int) throws -> PickleDocument {
    guard stack.count == 1, marks.isEmpty else { throw PickleError.unfinished(byteOffset: stopOffset) }
    return PickleDocument(
      bytes: input.bytes, nodes: nodes, lists: lists, globals: globals, objects: objects, rootIndex: Int(stack[0]),
      endOffset: input.position)
  }
}

// MARK: Stack and memo
extension PickleMachine {
  private func kind(_ index: Int32) -> PickleDocument.Node.Kind { nodes[Int(index)].kind }

  private func top() throws -> Int32 {
    guard stack.count > marks.last ?? 0 else { throw underflow() }
    return stack[stack.count - 1]
  }

  private mutating func popped() throws -> Int32 {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popped(count: Int) throws -> [Int32] {
    guard stack.count - (marks.last ?? 0) >= count else { throw underflow() }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func poppedToMark() throws -> [Int32] {
    guard let mark = marks.popLast() else {
      throw PickleError.missingMark(opcode: opcode.name, byteOffset: byteOffset)
    }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func push(_ kind: PickleDocument.Node.Kind, containing items: [Int32] = []) throws {
    guard nodes.count < limits.valueCount, nodes.count < Int32.max else { throw tooMany("values", limits.valueCount) }
    let index = Int32(nodes.count)
    nodes.append(PickleDocument.Node(kind: kind, byteOffset: byteOffset))
    depths.append(0)
    stack.append(index)
    try noteDepth(of: index, containing: items)
  }

  /// Pushes a value that already exists. The size of the stack is limited because every entry takes memory.
  private mutating func pushAgain(_ value: Int32) throws {
    guard stack.count < limits.valueCount else { throw tooMany("values on the stack", limits.valueCount) }
    stack.append(value)
  }

  private mutating func noteDepth(of container: Int32, containing items: [Int32]) throws {
    if items.isEmpty { return }
    let deepest = items.reduce(0 as Int32) { max($0, depths[Int($1)]) }
    guard deepest < limits.depth else { throw tooMany("nested values", limits.depth) }
    depths[Int(container)] = max(depths[Int(container)], deepest + 1)
  }

  private mutating func remember(_ index: Int) throws {
    let value = try top()
    guard memo.count < limits.memoCount || memo[index] != nil else { throw tooMany("memo entries", limits.memoCount) }
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw PickleError.missingMemo(index: index, byteOffset: byteOffset) }
    try pushAgain(value)
  }

  private func memoIndex(_ range: Range<Int>, _ input: PickleInput) throws -> Int {
    guard range.count <= 10, let index = try Int(input.text(range, byteOffset: byteOffset)), index >= 0 else {
      throw PickleError.badNumber(byteOffset: byteOffset)
    }
    return index
  }

  private func underflow() -> PickleError { .stackUnderflow(opcode: opcode.name, byteOffset: byteOffset) }

  private func wrongOperand(_ expected: String) -> PickleError {
    .wrongOperand(opcode: opcode.name, expected: expected, byteOffset: byteOffset)
  }

  private func tooMany(_ what: String, _ allowed: Int) -> PickleError {
    .tooMany(what, allowed: allowed, byteOffset: byteOffset)
  }
}

// MARK: Plain values
extension PickleMachine {
  private mutating func newList(_ items: [Int32]) -> Int {
    lists.append(items)
    return lists.count - 1
  }

  private mutating func pushTuple(_ items: [Int32]) throws {
    try push(.tuple(list: newList(items)), containing: items)
  }

  private mutating func pushText(_ range: Range<Int>, _ input: PickleInput) throws {
    try input.requireText(range, byteOffset: byteOffset)
    try push(.text(range))
  }

  /// Pushes the integer whose bytes in two's complement, little-endian, are at `range`; an empty range is 0. An integer
  /// of more than 8 bytes becomes a `bigInteger`.
  private mutating func pushInteger(_ range: Range<Int>, _ input: PickleInput) throws {
    guard range.count <= 8 else { return try push(.bigInteger(range)) }
    let sign: UInt64 = range.isEmpty || input.bytes[range.upperBound - 1] < 0x80 ? 0 : .max
    try push(.integer(Int(bitPattern: UInt(input.bytes[range].reversed().reduce(sign) { $0 << 8 | UInt64($1) }))))
  }

  /// Pushes a decimal number of protocol 0. An operand of `LONG` may end in `L`; `00` and `01` of `INT` are Booleans.
  private mutating func pushDecimal(_ range: Range<Int>, _ input: PickleInput) throws {
    var text = try input.text(range, byteOffset: byteOffset)
    if opcode == .int, text == "00" || text == "01" { return try push(.bool(text == "01")) }
    if opcode == .long, text.last == "L" { text.removeLast() }
    guard let value = Int(text) else { throw PickleError.badNumber(byteOffset: byteOffset) }
    try push(.integer(value))
  }

  private mutating func append(_ items: [Int32]) throws {
    let container = try top()
    switch kind(container) {
    case .list(let list): lists[list] += items
    case .object(let number):
      let list = objects[number].appendedList ?? newList([])
      objects[number].appendedList = list
      lists[list] += items
    default: throw wrongOperand("a list")
    }
    try noteDepth(of: container, containing: items)
  }

  private mutating func setItems(_ items: [Int32]) throws {
    let container = try top()
    try checkEntries(items)
    switch kind(container) {
    case .dictionary(let list): lists[list] += items
    case .object(let number):
      let list = objects[number].entryList ?? newList([])
      objects[number].entryList = list
      lists[list] += items
    default: throw wrongOperand("a dictionary")
    }
    try noteDepth(of: container, containing: items)
  }

  private func checkEntries(_ items: [Int32]) throws {
    guard items.count % 2 == 0 else { throw wrongOperand("a value for each key") }
    for position in stride(from: 0, to: items.count, by: 2) {
      switch kind(items[position]) {
      case .list, .dictionary: throw PickleError.unhashableKey(byteOffset: byteOffset)
      default: break
      }
    }
  }
}

// MARK: Globals
extension PickleMachine {
  private mutating func pushGlobal(_ module: Range<Int>, _ name: Range<Int>, _ input: PickleInput) throws {
    guard max(module.count, name.count) <= limits.nameByteCount else {
      throw tooMany("bytes in the name of a global", limits.nameByteCount)
    }
    let global = PickleGlobal(
      module: try input.text(module, byteOffset: byteOffset), name: try input.text(name, byteOffset: byteOffset))
    let number = globalNumbers[global] ?? globals.count
    if number == globals.count {
      globals.append(global)
      globalNumbers[global] = number
    }
    try push(.global(number))
  }

  /// Records the call of a global or the instantiation of a class.
  private mutating func call() throws {
    let operands = try popped(count: 2)
    guard case .global(let number) = kind(operands[0]) else { throw wrongOperand("a global to call") }
    guard allowedGlobals.contains(globals[number]) else {
      throw PickleError.forbiddenGlobal(globals[number], byteOffset: byteOffset)
    }
    guard case .tuple(let list) = kind(operands[1]) else { throw wrongOperand("a tuple of arguments") }
    objects.append(PickleDocument.ObjectRecord(global: number, argumentList: list))
    try push(.object(objects.count - 1), containing: [operands[1]])
  }
}
