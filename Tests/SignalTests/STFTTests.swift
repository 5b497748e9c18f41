import Foundation
import Signal
import Testing

@Suite struct STFTTests {
  /// Computes a frame by definition: pads by walking back and forth, then windows and transforms in double precision.
  private func naiveMagnitudes(of samples: [Float], frame: Int, windowLength: Int, hopLength: Int) -> [Double] {
    var position = 0
    var step = samples.count > 1 ? -1 : 0
    // The walk leads from the frame's centre, clamped to the signal, to its first sample.
    let centre = frame * hopLength
    position = min(centre, samples.count - 1)
    if centre > samples.count - 1 {
      for _ in 0..<(centre - samples.count + 1) where samples.count > 1 { position -= 1 }
      step = 1
    }
    var before: [Float] = []
    var (index, direction) = (position, step)
    for _ in 0..<windowLength / 2 {
      if samples.count > 1, index + direction < 0 || index + direction >= samples.count { direction = -direction }
      index += direction
      before.append(samples[index])
    }
    var after: [Float] = [samples[position]]
    (index, direction) = (position, -step)
    for _ in 1..<windowLength / 2 {
      if samples.count > 1, index + direction < 0 || index + direction >= samples.count { direction = -direction }
      index += direction
      after.append(samples[index])
    }
    let frame = before.reversed() + after
    return (0...windowLength / 2).map { bin in
      var (real, imaginary) = (0.0, 0.0)
      for (index, sample) in frame.enumerated() {
        let phase = 2 * Double.pi * Double(index) / Double(windowLength)
        let weighted = Double(sample) * (0.5 - 0.5 * cos(phase))
        real += weighted * cos(phase * Double(bin))
        imaginary -= weighted * sin(phase * Double(bin))
      }
      return (real * real + imaginary * imaginary).squareRoot()
    }
  }

  @Test(arguments: [1, 2, 5, 15, 16, 17, 31, 32, 33, 40, 64, 100])
  func agreesWithTheDefinition(sampleCount: Int) {
    let samples = (0..<sampleCount).map { Float(sin(0.9 * Double($0)) + 0.3 * cos(2.1 * Double($0))) }
    let stft = STFT(windowLength: 32, hopLength: 8)
    #expect(stft.frameCount(forSampleCount: sampleCount) == 1 + sampleCount / 8)
    var magnitudes = [Float](repeating: .nan, count: stft.binCount)
    for frame in 0..<stft.frameCount(forSampleCount: sampleCount) {
      stft.magnitudes(ofFrame: frame, in: samples, into: &magnitudes)
      let expected = naiveMagnitudes(of: samples, frame: frame, windowLength: 32, hopLength: 8)
      for (value, expected) in zip(magnitudes, expected) {
        #expect(abs(Double(value) - expected) < 2e-5, "frame \(frame) of \(sampleCount) samples")
      }
    }
  }

  @Test func anEmptySignalHasNoFrames() {
    #expect(STFT(windowLength: 512, hopLength: 128).frameCount(forSampleCount: 0) == 0)
  }

  @Test func sineHasHalfTheWindowsSumInItsBin() {
    let samples = (0..<4_096).map { Float(sin(2 * Double.pi * 10 * Double($0) / 512)) }
    let stft = STFT(windowLength: 512, hopLength: 128)
    var magnitudes = [Float](repeating: 0, count: stft.binCount)
    stft.magnitudes(ofFrame: 16, in: samples, into: &magnitudes)
    #expect(abs(magnitudes[10] - 128) < 0.01)
    #expect(abs(magnitudes[9] - 64) < 0.01 && abs(magnitudes[11] - 64) < 0.01)
    #expect(magnitudes[20] < 0.01)
  }
}
