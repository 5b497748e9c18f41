import Pickle
import Testing

struct PickleLimitsTests {
  private func read(_ bytes: [UInt8], _ change: (inout PickleLimits) -> Void = { _ in }) throws -> PickleDocument {
    var limits = PickleLimits()
    change(&limits)
    return try PickleReader(allowing: [], limits: limits).read(bytes)
  }

  /// Pickle of `count` nested tuples of one item.
  private func nestedTuples(_ count: Int) -> [UInt8] {
    PickleBytes.program(Array(")".utf8), [UInt8](repeating: 0x85, count: count))
  }

  @Test func boundsTheNesting() throws {
    #expect(try read(nestedTuples(256)).root.tuple?.count == 1)
    #expect(throws: PickleError.tooMany("nested values", allowed: 256, byteOffset: 259)) { try read(nestedTuples(257)) }
    let lists = PickleBytes.program([UInt8](repeating: 0x5D, count: 300), [UInt8](repeating: 0x61, count: 299))
    #expect(throws: PickleError.tooMany("nested values", allowed: 256, byteOffset: 558)) { try read(lists) }
  }

  @Test func keepsAndFreesAnyNestingWithoutRecursion() throws {
    let depth = 200_000
    let document = try read(nestedTuples(depth)) { $0.depth = .max }
    var value = document.root
    var count = 0
    while let inner = value.tuple?.first { (value, count) = (inner, count + 1) }
    #expect(count == depth)
  }

  @Test func boundsTheMarks() {
    let marks = PickleBytes.program([UInt8](repeating: 0x28, count: 1 << 20))
    #expect(throws: PickleError.tooMany("nested values", allowed: 256, byteOffset: 258)) { try read(marks) }
  }

  @Test func boundsTheValues() {
    let values = PickleBytes.program(Array("]".utf8), [UInt8](repeating: 0x4E, count: 1 << 19))
    #expect(throws: PickleError.tooMany("values", allowed: 1 << 18, byteOffset: 2 + 1 << 18)) { try read(values) }
    #expect(throws: PickleError.tooMany("values", allowed: 3, byteOffset: 5)) {
      try read(PickleBytes.program(Array("NNNN".utf8))) { $0.valueCount = 3 }
    }
  }

  @Test func boundsTheMemo() {
    // One value gets the numbers 0, 1 and 2. The third number exceeds the limit; a repeated number would not.
    let numbered = PickleBytes.program([0x4E, 0x71, 0, 0x71, 1, 0x71, 1, 0x71, 2])
    #expect(throws: PickleError.tooMany("memo entries", allowed: 2, byteOffset: 9)) {
      try read(numbered) { $0.memoCount = 2 }
    }
    // A large number takes no more memory than a small one.
    #expect(throws: Never.self) { try read(PickleBytes.program([0x4E, 0x72, 0xFF, 0xFF, 0xFF, 0xFF])) }
  }

  @Test func sharedListsTakeNoExtraMemory() throws {
    // Each list contains the previous one ten times, which makes 10^40 values for a reader that copies.
    var nested: [UInt8] = [0x80, 2, 0x5D, 0x71, 0, 0x30]
    for depth in 1...40 as ClosedRange<UInt8> {
      nested += [0x5D, 0x71, depth, 0x28] + (0..<10).flatMap { _ in [0x68, depth - 1] } + [0x65, 0x30]
    }
    var value = try read(nested + [0x68, 40, 0x2E]).root
    for _ in 0..<40 {
      let items = try #require(value.list)
      #expect(items.count == 10)
      #expect(Set(items.map(\.identity)).count == 1)
      value = items[0]
    }
  }

  @Test func listMayContainItself() throws {
    let root = try read([0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]).root
    #expect(root.list?.first?.identity == root.identity)
  }

  @Test func appendingOneByOneTakesLinearTime() throws {
    // One list of many gets 100 000 single appends.
    let appends = (0..<100_000).flatMap { _ in Array("Na".utf8) }
    #expect(try read(PickleBytes.program(Array("]".utf8), appends)).root.list?.count == 100_000)
  }

  @Test func ignoresBytesAfterThePickle() throws {
    let document = try PickleReader(allowing: []).read([9, 9, 0x80, 2, 0x4E, 0x2E, 7, 7], from: 2)
    #expect(document.endOffset == 6)
    #expect(document.root.byteOffset == 4)
  }
}
