import Signal
import Testing

@Suite struct AudioBufferTests {
  @Test func downmixIsTheMeanOfTheChannels() {
    let block = AudioBuffer(channels: [[0.25, 1], [0.75, -1], [0.5, 0.75]], sampleRateHz: 8000)
    #expect(block.downmixedToMono() == AudioBuffer(channels: [[0.5, 0.25]], sampleRateHz: 8000))
    let mono = AudioBuffer(channels: [[0.1, 0.2]], sampleRateHz: 8000)
    #expect(mono.downmixedToMono() == mono)
  }

  @Test func peakCoversEverySample() {
    for count in [0, 1, 7, 8, 9, 31] {
      #expect(AudioBuffer(channels: [[Float](repeating: 0, count: count)], sampleRateHz: 1).samplePeak == 0)
      for index in 0..<count {
        var samples = [Float](repeating: 0.25, count: count)
        samples[index] = -0.75
        #expect(AudioBuffer(channels: [samples], sampleRateHz: 1).samplePeak == 0.75)
      }
    }
  }
}
