import Bitstream
import Testing
import Tokens

/// Tests of input made to be expensive: no record of at most 1 MiB makes a reader use 64 MiB or a second.
@Suite(.serialized) struct HostileInputTests {
  /// Commands with a strict and with a lenient reader.
  private static let commands = ["test", "info"]

  /// Cost of a small stream for each command.
  private static let usual = Result {
    let small = try ContainerFixtures.read("valid/worked-example.vampc")
    return try commands.map { try MeasuredVampc($0, small) }
  }

  /// Reads `bytes` with the built program and compares the cost with that of a small stream.
  private func expectCheap(_ bytes: [UInt8], seconds: Double = 1) throws {
    for (command, usual) in zip(Self.commands, try Self.usual.get()) {
      try #require(usual.status == 0)
      let found = try MeasuredVampc(command, bytes)
      #expect(found.status == 65, "\(command)")
      #expect(found.peakByteCount - usual.peakByteCount <= 64 << 20, "\(command)")
      #expect(found.cpuSeconds - usual.cpuSeconds <= seconds, "\(command)")
    }
  }

  /// Returns the bytes of a stream that has one block and no trailer.
  private func stream(
    codebooks: Int, size: Int, kept: Int, channels: Int = 1, masks: [UInt8]? = nil, frames: Int, arrangement: UInt8,
    payload: [UInt8]
  ) -> [UInt8] {
    var rest: [UInt8] = []
    for value in [48_000, 1, codebooks, size, kept, masks == nil ? 1 : 0, channels, channels] {
      rest += RawRecord.varint(value)
    }
    let header = RawRecord.header(
      geometry: 0x00, flags: masks == nil ? 0x18 : 0x98, extras: masks == nil ? [] : [0x04], channels: 0x00, rest: rest)
    let block = RawRecord.block(
      frames: RawRecord.varint(frames), arrangement: arrangement, payload: (masks ?? []) + payload)
    return RawRecord.framed(kind: 0x1B, header + block)
  }

  /// Expects that a reader decodes the whole first block, which has the largest size.
  private func expectLargestBlock(_ bytes: [UInt8], channels: Int = 1) throws {
    let block = try #require(try events(of: bytes, policy: .lenient).blocks.first)
    #expect(block.grids.count == channels)
    #expect(block.mask.keptFlags.count * channels == 1 << 20)
    try expectCheap(bytes)
  }

  @Test(arguments: [1, 64, 256]) func deflatedZerosAreBounded(codebooks: Int) throws {
    let zeros = StreamBombs.deflatedZeros(byteCount: 2 << 20)
    #expect(zeros.count < 15_000)
    try expectLargestBlock(
      stream(
        codebooks: codebooks, size: 65_536, kept: codebooks, frames: (1 << 20) / codebooks, arrangement: 1,
        payload: zeros))
  }

  @Test func aThousandChannelsAreBounded() throws {
    let zeros = StreamBombs.deflatedZeros(byteCount: 2 << 20)
    try expectLargestBlock(
      stream(codebooks: 256, size: 65_536, kept: 256, channels: 1_024, frames: 4, arrangement: 1, payload: zeros),
      channels: 1_024)
    // The block has 262 144 planes, each with a coding of its own.
    let planes = [UInt8](repeating: 0, count: 2 * 256 * 1_024)
    try expectLargestBlock(
      stream(codebooks: 256, size: 2, kept: 256, channels: 1_024, frames: 4, arrangement: 2, payload: planes),
      channels: 1_024)
  }

  /// Fifteen terms of the largest size each.
  @Test(arguments: ["list", "runs", "token runs"]) func masksAreBounded(kind: String) throws {
    let frames = 4_096
    let codebooks = RawRecord.varint(256)
    let term: [UInt8] =
      switch kind {
      case "list":
        [0] + codebooks + RawRecord.varint(frames) + [0] + [UInt8](repeating: 1, count: frames - 1)
      case "runs": [1] + codebooks + [2, 0] + RawRecord.varint(frames)
      default: [2] + codebooks + RawRecord.varint(60_000) + [UInt8](repeating: 1, count: 60_000)
      }
    let tokenCount = kind == "token runs" ? 30_000 : 1 << 20
    try expectLargestBlock(
      stream(
        codebooks: 256, size: 2, kept: 1, masks: [15] + (0..<15).flatMap { _ in term }, frames: frames, arrangement: 0,
        payload: [UInt8](repeating: 0, count: (tokenCount + 7) / 8)))
  }

  @Test func claimedLengthsAllocateNothing() throws {
    try expectCheap([0xF5, 0x56, 0x43, 0x1F] + RawRecord.varint(1 << 20))
    try expectCheap(
      stream(codebooks: 256, size: 65_536, kept: 256, channels: 1_024, frames: 4, arrangement: 2, payload: []))
    try expectCheap(RawRecord.tags(RawRecord.varint(256)))
    try expectCheap(
      RawRecord.tags(RawRecord.varint(256) + (0..<256).flatMap { _ in RawRecord.varint(255) + RawRecord.varint(0) }))
  }

  @Test func manyFalseRecordStartsAreCheap() throws {
    // 170 000 places look like records of 1 MiB, all damaged: a full checksum of each would take minutes.
    let claim: [UInt8] = [0xF5, 0x56, 0x43, 0x12, 0x80, 0x80, 0x3F]
    let bytes = [UInt8]((0..<170_000).flatMap { _ in claim })
    try expectCheap(bytes + [UInt8](repeating: 0, count: 1 << 20), seconds: 5)
  }

  @Test func longGarbageNeedsNoMemory() throws {
    try expectCheap([UInt8](repeating: 0xF5, count: 32 << 20))
  }
}

/// Small deflate data that inflate to many bytes.
enum StreamBombs {
  /// Returns deflate data for `byteCount` zeros: fixed Huffman codes (RFC 1951, section 3.2.6) for one literal 0, then
  /// for copies of 258 bytes at distance 1.
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
