import Pickle
import Testing

/// Long texts, to which a pickle refers from many places with a few bytes each.
@Suite struct LongTextTests {
  private let limit = Duration.seconds(5)

  /// BINUNICODE, BINPUT 0, POP.
  private func stored(_ text: [UInt8]) -> [UInt8] {
    let count = (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return [0x58] + count + text + [0x71, 0, 0x30]
  }

  private let text = [UInt8](repeating: 0x61, count: 4 << 20)

  /// Copies of the keys of 50 000 entries would be 200 GB.
  @Test func entriesAreFoundWhateverTheLengthOfKeys() throws {
    var bytes: [UInt8] = [0x80, 2] + stored(text) + [0x7D, 0x28]
    for _ in 0..<50_000 { bytes += [0x68, 0, 0x4E] }
    let document = try PickleReader(allowing: []).read(bytes + [0x75, 0x2E])
    let entries = try #require(document.root.dictionary)
    let time = ContinuousClock().measure {
      for _ in 0..<10 { #expect(entries["metadata"] == nil) }
      #expect(entries.allSatisfy { $0.key.integer == nil && $0.key.object == nil && $0.key.text(atMost: 9) == nil })
    }
    #expect(time < limit)
  }

  @Test func namesOfGlobalsAreShort() throws {
    var bytes: [UInt8] = [0x80, 4] + stored(text)
    let offset = bytes.count + 4
    bytes += [0x68, 0, 0x68, 0, 0x93, 0x30]
    let error = PickleError.tooMany("bytes in the name of a global", allowed: 1_024, byteOffset: offset)
    #expect(throws: error) { try PickleReader(allowing: []).read(bytes + [0x4E, 0x2E]) }
    let named = PickleBytes.program([0x63], [UInt8](repeating: 0x61, count: 1_025) + [0x0A, 0x61, 0x0A])
    #expect(throws: PickleError.self) { try PickleReader(allowing: []).read(named) }
  }

  @Test func textsAreCheckedWithoutCopies() throws {
    func read(_ text: [UInt8]) throws -> PickleValue {
      try PickleReader(allowing: []).read(PickleBytes.program([0x8C, UInt8(text.count)], text)).root
    }
    let value = try read(Array("né😀".utf8))
    #expect(value.isText("né😀") && !value.isText("né") && value.text(atMost: 7) == "né😀")
    #expect(value.text(atMost: 6) == nil && value.isTextLonger(than: 6) && !value.isTextLonger(than: 7))
    // Overlong, a surrogate, beyond the last scalar, cut off, a stray byte.
    for bytes in [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80]] as [[UInt8]] {
      #expect(throws: PickleError.badText(byteOffset: 2)) { try read(bytes) }
    }
  }
}
