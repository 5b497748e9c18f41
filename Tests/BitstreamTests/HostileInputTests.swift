import Bitstream
import Foundation
import Testing
import Tokens

/// Input made to cost much: memory and time stay bounded.
@Suite(.serialized) struct HostileInputTests {
  /// Bytes of a status line of this process, such as `VmHWM` or `VmRSS`.
  private func memory(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
    let words = line.split(whereSeparator: \.isWhitespace)
    return try #require(Int(words[1])) * 1_024
  }

  /// Reads `bytes` in pieces and requires that it takes at most 64 MiB and `seconds`.
  private func expectCheap(
    _ bytes: [UInt8], policy: DamagePolicy, seconds: Int = 1, pieceByteCount: Int = 65_536
  ) throws {
    let before = try memory("VmRSS")
    // Makes the peak count from here, where the system allows it; elsewhere the earlier peak only makes it stricter.
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    let clock = ContinuousClock()
    let duration = clock.measure {
      var position = 0
      var reader = StreamReader(policy: policy) {
        defer { position = min(position + pieceByteCount, bytes.count) }
        return [UInt8](bytes[position..<min(position + pieceByteCount, bytes.count)])
      }
      do { while try reader.next() != nil {} } catch {}
    }
    #expect(duration < .seconds(seconds))
    #expect(try memory("VmHWM") - before <= 64 << 20)
  }

  /// The largest block of 16-bit tokens, all zeros, deflated 158 to 1.
  private func bomb() throws -> [UInt8] {
    let geometry: [UInt8] = RawRecord.varint(48_000) + [1] + RawRecord.varint(64) + RawRecord.varint(65_536)
    let header = RawRecord.header(geometry: 0x00, rest: geometry + RawRecord.varint(64) + [1])
    let sample = StreamBombs.deflatedZeros(byteCount: 2 << 20)
    let block = RawRecord.block(frames: RawRecord.varint(16_384), arrangement: 1, payload: sample)
    return RawRecord.framed(kind: 0x1B, header + block)
  }

  @Test func theLargestBlockIsBounded() throws {
    let bytes = try bomb()
    #expect(bytes.count < 15_000)
    try expectCheap(bytes, policy: .strict)
    #expect(try events(of: bytes, policy: .lenient).blocks.first?.grids.first?.tokens.count == 1 << 20)
  }

  @Test func claimedLengthsAllocateNothing() throws {
    try expectCheap([0xF5, 0x56, 0x43, 0x1F] + RawRecord.varint(1 << 20), policy: .strict)
    let wide = RawRecord.header(
      geometry: 0x00, channels: 0x00,
      rest: RawRecord.varint(1_000_000) + [1] + RawRecord.varint(256) + RawRecord.varint(65_536) + RawRecord.varint(256)
        + [1] + RawRecord.varint(1_024) + RawRecord.varint(1_024))
    let block = RawRecord.block(frames: [4], arrangement: 2, payload: [])
    try expectCheap(RawRecord.framed(kind: 0x1B, wide + block), policy: .strict)
    try expectCheap(RawRecord.tags(RawRecord.varint(256)), policy: .strict)
  }

  @Test func manyFalseBeginningsCostLittle() throws {
    // 170 000 places that look like records of 1 MiB, all wrong: a checksum of each would take minutes.
    let claim: [UInt8] = [0xF5, 0x56, 0x43, 0x12, 0x80, 0x80, 0x3F]
    let bytes = [UInt8]((0..<170_000).flatMap { _ in claim })
    try expectCheap(bytes + [UInt8](repeating: 0, count: 1 << 20), policy: .lenient, seconds: 5)
  }

  @Test func longGarbageNeedsNoMemory() throws {
    try expectCheap([UInt8](repeating: 0xF5, count: 32 << 20), policy: .lenient)
  }
}

/// Deflate data that inflate to very much.
enum StreamBombs {
  /// Fixed Huffman codes (RFC 1951, section 3.2.6): one literal 0, then copies of 258 bytes at distance 1.
  ///
  /// - Precondition: `byteCount` is at least 1.
  static func deflatedZeros(byteCount: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var pending: UInt32 = 0
    var count = 0
    func put(_ value: UInt32, _ bitCount: Int) {
      pending |= value << UInt32(count)
      count += bitCount
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        count -= 8
      }
    }
    put(0b011, 3)
    let literalZero: UInt32 = 0b0000_1100
    for _ in 0..<1 + (byteCount - 1) % 258 { put(literalZero, 8) }
    // Length 258 is symbol 285: 11000101, sent from its first bit on; distance 1 is 00000.
    for _ in 0..<(byteCount - 1) / 258 { put(0b1010_0011, 8); put(0, 5) }
    put(0, 7)
    if count > 0 { put(0, 8 - count) }
    return bytes
  }
}
