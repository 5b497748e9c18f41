import Signal
import Testing

@Suite struct DitherTests {
  @Test func silenceStaysSilence() {
    var dither = Dither(channelCount: 2)
    let codes = dither.quantised(AudioBuffer(channels: [[0, 0, 0], [0, -0.0, 0]], sampleRateHz: 8000))
    #expect(codes == [0, 0, 0, 0, 0, 0])
  }

  @Test func fullScaleDoesNotWrap() {
    var dither = Dither(channelCount: 1)
    let loud: [Float] = [1, -1, 2, -2, .infinity, -.infinity, .nan, 1e30]
    for _ in 0..<100 {
      let codes = dither.quantised(AudioBuffer(channels: [loud], sampleRateHz: 8000))
      #expect(codes[0] >= 32_766 && codes[1] <= -32_766)
      #expect(Array(codes[2...]) == [32_767, -32_768, 32_767, -32_768, 0, 32_767])
    }
  }

  /// The error of triangular dither has mean 0 and variance 1/4 step² for any signal.
  @Test(arguments: [Float(0.1), 0.25, 0.5, 1.7]) func errorIsIndependentOfTheSignal(steps: Float) {
    var dither = Dither(channelCount: 1, seed: 3)
    let count = 200_000
    let block = AudioBuffer(channels: [[Float](repeating: steps / 32_768, count: count)], sampleRateHz: 8000)
    let errors = dither.quantised(block).map { Double($0) - Double(steps) }
    let mean = errors.reduce(0, +) / Double(count)
    let variance = errors.reduce(0) { $0 + $1 * $1 } / Double(count)
    // Five standard errors: 5 · 0.5 / √200 000 = 0.0056.
    #expect(abs(mean) < 0.0056)
    #expect(abs(variance - 0.25) < 0.01)
  }

  @Test func dependsOnTheSeedNotOnTheChunks() {
    let samples = (0..<100).map { Float($0) / 1000 }
    let block = AudioBuffer(channels: [samples, samples], sampleRateHz: 8000)
    var whole = Dither(channelCount: 2, seed: 5)
    var parts = Dither(channelCount: 2, seed: 5)
    var other = Dither(channelCount: 2, seed: 6)
    let expected = whole.quantised(block)
    #expect(parts.quantised(block.slice(0..<37)) + parts.quantised(block.slice(37..<100)) == expected)
    #expect(other.quantised(block) != expected)
  }
}
