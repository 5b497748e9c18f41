import OpusBaseline
import Signal
import Testing

/// Tests of the bitrates that Opus writes for requested bitrates.
@Suite struct OpusRateTests {
  private static let audio = OpusBaselineTests.music(sampleCount: 480_000)

  private func result(
    _ bitrateBps: Int, _ frameDuration: OpusSettings.FrameDuration = .milliseconds60,
    _ rateMode: OpusSettings.RateMode = .constrainedVariable
  ) throws -> OpusResult {
    try OpusCodec.roundTrip(
      OpusRateTests.audio,
      settings: OpusSettings(bitrateBps: bitrateBps, frameDuration: frameDuration, rateMode: rateMode))
  }

  /// Page of an Ogg file (RFC 3533, section 6).
  private struct Page {
    let granulePosition: UInt64
    let headerByteCount: Int
    let segmentSizes: [Int]
  }

  private func pages(of file: [UInt8]) throws -> [Page] {
    var pages: [Page] = []
    var offset = 0
    while offset < file.count {
      try #require(offset + 27 <= file.count && Array(file[offset..<offset + 4]) == Array("OggS".utf8))
      let segmentCount = Int(file[offset + 26])
      let segmentSizes = file[offset + 27..<offset + 27 + segmentCount].map { Int($0) }
      let granulePosition = file[offset + 6..<offset + 14].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      pages.append(
        Page(granulePosition: granulePosition, headerByteCount: 27 + segmentCount, segmentSizes: segmentSizes))
      offset += 27 + segmentCount + segmentSizes.reduce(0, +)
    }
    #expect(offset == file.count)
    return pages
  }

  /// A packet ends with its first segment below 255 bytes; the first two packets are headers.
  @Test(arguments: OpusSettings.FrameDuration.allCases, [6_000, 24_000, 160_000])
  func countsPacketsAndFileExactly(frameDuration: OpusSettings.FrameDuration, bitrateBps: Int) throws {
    let result = try result(bitrateBps, frameDuration)
    let pages = try pages(of: result.oggFile)
    var packetSizes: [Int] = []
    var size = 0
    for segmentSize in pages.flatMap(\.segmentSizes) {
      size += segmentSize
      if segmentSize < 255 {
        packetSizes.append(size)
        size = 0
      }
    }
    #expect(size == 0)
    #expect(result.packetByteCount == packetSizes.dropFirst(2).reduce(0, +))
    #expect(result.oggByteCount == packetSizes.reduce(0, +) + pages.reduce(0) { $0 + $1.headerByteCount })
    #expect(packetSizes[0] == 19, "OpusHead of one channel")
    // 480 000 samples and the pre-skip, a field of OpusHead at byte 10.
    let preSkip = Int(result.oggFile[28 + 10]) + Int(result.oggFile[28 + 11]) << 8
    let samplesPerPacket = 48 * frameDuration.rawValue
    #expect(packetSizes.count - 2 >= (480_000 + preSkip + samplesPerPacket - 1) / samplesPerPacket)
    #expect(pages.last?.granulePosition == UInt64(480_000 + preSkip))
    #expect(result.realBitrateBps == Double(result.packetByteCount * 8) / 10)
    #expect(result.realOggBitrateBps == Double(result.oggByteCount * 8) / 10)
  }

  /// Constant bitrate keeps the request. Ogg adds a byte per packet, 27 per page (of one second) and the headers.
  @Test func oggCostsMoreWithShortFrames() throws {
    let short = try result(6_000, .milliseconds20, .constant)
    let long = try result(6_000, .milliseconds60, .constant)
    for result in [short, long] {
      #expect(abs(result.realBitrateBps - 6_000) < 60)
      #expect(result.outcome == .asRequested)
    }
    #expect((6_500...6_900).contains(short.realOggBitrateBps), "\(short.realOggBitrateBps)")
    #expect((6_250...6_550).contains(long.realOggBitrateBps), "\(long.realOggBitrateBps)")
  }

  @Test(arguments: [12_000, 24_000, 48_000])
  func constrainedRateStaysNearTheRequest(bitrateBps: Int) throws {
    let ratio = try result(bitrateBps).realBitrateBps / Double(bitrateBps)
    #expect((0.9...1.06).contains(ratio), "\(ratio)")
  }

  /// Below 2 400 bit/s libopus fills frames of 60 ms with silence (`opus_encode_native` in opus_encoder.c).
  @Test(arguments: [500, 1_000, 2_000, 2_300])
  func flagsSilenceAtTooLowBitrates(bitrateBps: Int) throws {
    let result = try result(bitrateBps)
    #expect(result.isSilent && result.outcome == .silent)
    #expect(result.realOggBitrateBps < 1_000)
    #expect(
      throws: OpusBaselineError.silentStream(requestedBps: bitrateBps, realBps: result.realBitrateBps)
    ) { try result.asRequested() }
  }

  /// All requests between 2 400 bit/s and the lowest possible bitrate give the same stream, which exceeds them.
  @Test func flagsRatesBelowTheFloor() throws {
    let low = try result(2_400, .milliseconds20)
    let higher = try result(3_000, .milliseconds20)
    #expect(low.packetByteCount == higher.packetByteCount)
    #expect(!low.isSilent && low.outcome == .rateExceeded)
    #expect(low.realBitrateBps > 3_300)
    #expect(throws: OpusBaselineError.rateExceeded(requestedBps: 2_400, realBps: low.realBitrateBps)) {
      try low.asRequested()
    }
    let enough = try result(OpusCodec.lowestSpecifiedBitrateBps)
    #expect(try enough.asRequested() == enough)
  }

  @Test func acceptsSilentInput() throws {
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 96_000)], sampleRateHz: 48_000)
    let result = try OpusCodec.roundTrip(silence, settings: OpusSettings(bitrateBps: 12_000))
    #expect(!result.isSilent && result.outcome == .asRequested)
  }
}
