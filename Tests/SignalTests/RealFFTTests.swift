import Foundation
import Signal
import Testing

@Suite struct RealFFTTests {
  /// Sizes 2·3·5·7 and 2·prime exercise all butterflies of KissFFT.
  @Test(arguments: [2, 4, 6, 10, 22, 64, 210, 512, 1_022])
  func agreesWithTheDefinition(size: Int) {
    let samples = (0..<size).map { Float(sin(0.37 * Double($0 * $0 % 101)) + 0.25) }
    let transform = RealFFT(size: size)
    let (real, imaginary) = transform.forward(samples)
    var magnitudes = [Float](repeating: .nan, count: transform.binCount)
    transform.magnitudes(of: samples, into: &magnitudes)
    #expect(real.count == size / 2 + 1)
    let tolerance = 2e-6 * Double(size)
    for bin in 0..<transform.binCount {
      var expectedReal = 0.0
      var expectedImaginary = 0.0
      for (index, sample) in samples.enumerated() {
        let angle = -2 * Double.pi * Double(bin * index % size) / Double(size)
        expectedReal += Double(sample) * cos(angle)
        expectedImaginary += Double(sample) * sin(angle)
      }
      #expect(abs(Double(real[bin]) - expectedReal) < tolerance)
      #expect(abs(Double(imaginary[bin]) - expectedImaginary) < tolerance)
      let expectedMagnitude = (expectedReal * expectedReal + expectedImaginary * expectedImaginary).squareRoot()
      #expect(abs(Double(magnitudes[bin]) - expectedMagnitude) < tolerance)
    }
  }
}
