import Signal
import Testing

@Suite struct SpeakerLayoutTests {
  private static let surround: Float = 0.353_553_39

  @Test func masksNameLoudspeakersInTheOrderOfTheirBits() {
    #expect(SpeakerLayout(channelMask: 0x3F, channelCount: 6) == .usual(channelCount: 6))
    #expect(SpeakerLayout(channelMask: 0x63F, channelCount: 8) == .usual(channelCount: 8))
    #expect(
      SpeakerLayout(channelMask: 0x60F, channelCount: 6)?.positions
        == [.frontLeft, .frontRight, .frontCentre, .lowFrequency, .sideLeft, .sideRight])
    #expect(SpeakerLayout(channelMask: 0x2_0000, channelCount: 1)?.positions == [.topBackRight])
  }

  @Test(arguments: [(0, 6), (0x3F, 5), (0x3F, 7), (0x4_0003, 3), (0xFFFF_FFFF, 18)])
  func masksThatDoNotFitNameNothing(mask: Int, channelCount: Int) {
    #expect(SpeakerLayout(channelMask: mask, channelCount: channelCount) == nil)
  }

  @Test func usualLayoutsReachToEightChannels() {
    for count in 1...8 { #expect(SpeakerLayout.usual(channelCount: count)?.positions.count == count) }
    #expect(SpeakerLayout.usual(channelCount: 9) == nil && SpeakerLayout.usual(channelCount: 0) == nil)
  }

  @Test(
    arguments: [
      (3, [0.5, 0.5, 1]), (4, [0.5, 0.5, surround, surround]), (5, [0.5, 0.5, 1, surround, surround]),
      (6, [0.5, 0.5, 1, 0, surround, surround]), (7, [0.5, 0.5, 1, 0, 0.5, surround, surround]),
      (8, [0.5, 0.5, 1, 0, surround, surround, surround, surround]),
    ] as [(Int, [Float])])
  func surroundIsMixedByLoudspeaker(channelCount: Int, weights: [Float]) {
    // One channel has sound at a time.
    let buffer = AudioBuffer(
      channels: (0..<channelCount).map { channel in (0..<channelCount).map { $0 == channel ? 1 : 0 } },
      sampleRateHz: 8_000)
    let mix = buffer.mixedToMono(.usual(channelCount: channelCount))
    #expect(mix.channelCount == 1 && mix.sampleRateHz == 8_000)
    #expect(zip(mix.channels[0], weights).allSatisfy { abs($0 - $1) < 1e-7 } && mix.sampleCount == weights.count)
  }

  @Test func stereoAndUnknownLayoutsGiveTheMean() {
    let stereo = AudioBuffer(channels: [[0.3, 0.7], [0.1, -0.7]], sampleRateHz: 8_000)
    for layout in [.usual(channelCount: 2), nil, SpeakerLayout([.frontCentre, .lowFrequency])] as [SpeakerLayout?] {
      #expect(stereo.mixedToMono(layout) == stereo.downmixedToMono())
    }
    let three = AudioBuffer(channels: [[0.3], [0.6], [0.9]], sampleRateHz: 8_000)
    #expect(three.mixedToMono(nil) == three.downmixedToMono())
    #expect(three.mixedToMono(SpeakerLayout([.sideLeft, .sideRight, .topCentre])) == three.downmixedToMono())
    let mono = AudioBuffer(channels: [[0.3]], sampleRateHz: 8_000)
    #expect(mono.mixedToMono(.usual(channelCount: 1)) == mono)
  }
}
