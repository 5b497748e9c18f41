import Signal
import Testing

@Suite struct SilenceGateTests {
  private static let rate = 4_000  // fades of 4 samples

  private static func gated(_ runs: [Range<Int>], blockStart: Int = 0, from first: Int = 0, chunkLength: Int) -> [Float]
  {
    var gate = SilenceGate(firstSample: first, sampleRateHz: rate)
    gate.append(runs, blockStart: blockStart)
    let ones = AudioBuffer(channels: [[Float](repeating: 1, count: 40 - first)], sampleRateHz: rate)
    var result: [Float] = []
    for start in stride(from: 0, to: ones.sampleCount, by: chunkLength) {
      result += gate.process(ones.slice(start..<min(start + chunkLength, ones.sampleCount))).channels[0]
    }
    return result
  }

  @Test(arguments: [1, 3, 40]) func zerosTheRunsAndFadesAroundThem(chunkLength: Int) {
    let result = Self.gated([10..<20, 30..<40], chunkLength: chunkLength)
    #expect(result[0..<6] == [1, 1, 1, 1, 1, 1])
    #expect(result[6..<10] == [0.8, 0.6, 0.4, 0.2])
    #expect(result[10..<20].allSatisfy { $0 == 0 && $0.sign == .plus })
    #expect(result[20..<24] == [0.2, 0.4, 0.6, 0.8])
    #expect(result[24..<26] == [1, 1])
    #expect(result[30..<40].allSatisfy { $0 == 0 })
    // A fade does not reach into the block before.
    #expect(Self.gated([10..<20], blockStart: 9, chunkLength: chunkLength)[5..<10] == [1, 1, 1, 1, 0.2])
    // A part of the signal is gated as the whole is.
    let part = Self.gated([10..<20, 30..<40], from: 12, chunkLength: chunkLength)
    #expect(part == Array(result[12...]))
    #expect(Self.gated([], chunkLength: chunkLength).allSatisfy { $0 == 1 })
  }
}
