import Foundation

/// Triangular filters, equally spaced on a mel scale.
///
/// Narrow filters at low frequencies may contain no bin; their bands are 0.
public struct MelFilterbank: Sendable {
  /// Number of bands: one for each filter.
  public let bandCount: Int
  /// Number of magnitudes per frame: half the window length plus one.
  public let binCount: Int
  private let firstBins: [Int]
  /// Start of each band's weights in `weights`, then the end of the last band's weights.
  private let offsets: [Int]
  private let weights: [Float]

  /// Filters on Slaney's mel scale from 0 Hz to half the sample rate, each with unit area over hertz.
  ///
  /// Source: `librosa.filters.mel` with its defaults (`htk=False`, `norm="slaney"`).
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  ///   - windowLength: Number of samples of a window of the Fourier transform.
  ///   - bandCount: Number of filters.
  /// - Precondition: all arguments are positive, and `windowLength` is even.
  public init(sampleRateHz: Int, windowLength: Int, bandCount: Int) {
    precondition(sampleRateHz > 0 && windowLength > 0 && windowLength % 2 == 0 && bandCount > 0, "empty filterbank")
    self.bandCount = bandCount
    binCount = windowLength / 2 + 1
    let highestMel = SlaneyMelScale.mel(ofHz: Double(sampleRateHz) / 2)
    let cornersHz = (0..<bandCount + 2).map {
      SlaneyMelScale.hz(ofMel: highestMel * Double($0) / Double(bandCount + 1))
    }
    let binWidthHz = Double(sampleRateHz) / Double(windowLength)
    var firstBins: [Int] = []
    var offsets = [0]
    var weights: [Float] = []
    for band in 0..<bandCount {
      let (lowHz, centreHz, highHz) = (cornersHz[band], cornersHz[band + 1], cornersHz[band + 2])
      let firstBin = Int(lowHz / binWidthHz)
      let lastBin = min(binCount - 1, Int((highHz / binWidthHz).rounded(.up)))
      firstBins.append(firstBin)
      for bin in firstBin...max(firstBin, lastBin) {
        let hz = Double(bin) * binWidthHz
        let height = min((hz - lowHz) / (centreHz - lowHz), (highHz - hz) / (highHz - centreHz))
        weights.append(Float(max(0, height) * 2 / (highHz - lowHz)))
      }
      offsets.append(weights.count)
    }
    self.firstBins = firstBins
    self.offsets = offsets
    self.weights = weights
  }

  /// Filters on HTK's mel scale, 1127 · ln(1 + f/700), with triangles of height 1 over mel and without 0 Hz.
  ///
  /// Source: VGGish, `mel_features.py`, `spectrogram_to_mel_matrix`.
  ///
  /// - Parameters:
  ///   - bandCount: Number of filters.
  ///   - bandHz: Lower end of the first filter and upper end of the last filter, in Hz.
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  ///   - windowLength: Number of samples of a window of the Fourier transform.
  /// - Precondition: all counts are positive, `windowLength` is even, and `bandHz` is within 0 and half the sample
  ///   rate.
  public init(htkBandCount bandCount: Int, bandHz: ClosedRange<Double>, sampleRateHz: Int, windowLength: Int) {
    precondition(sampleRateHz > 0 && windowLength > 0 && windowLength % 2 == 0 && bandCount > 0, "empty filterbank")
    precondition(bandHz.lowerBound >= 0 && bandHz.upperBound <= Double(sampleRateHz) / 2, "bands beyond the spectrum")
    func mel(_ hz: Double) -> Double { 1_127 * log(1 + hz / 700) }
    self.bandCount = bandCount
    binCount = windowLength / 2 + 1
    let binMels = (0..<binCount).map { mel(Double($0 * sampleRateHz) / Double(windowLength)) }
    let (lowest, highest) = (mel(bandHz.lowerBound), mel(bandHz.upperBound))
    let corners = (0..<bandCount + 2).map { lowest + (highest - lowest) * Double($0) / Double(bandCount + 1) }
    var firstBins: [Int] = []
    var offsets = [0]
    var weights: [Float] = []
    for band in 0..<bandCount {
      let (low, centre, high) = (corners[band], corners[band + 1], corners[band + 2])
      let firstBin = max(1, binMels.firstIndex { $0 > low } ?? binCount)
      firstBins.append(firstBin)
      for bin in firstBin..<max(firstBin, binMels.firstIndex { $0 >= high } ?? binCount) {
        weights.append(Float(min((binMels[bin] - low) / (centre - low), (high - binMels[bin]) / (high - centre))))
      }
      offsets.append(weights.count)
    }
    self.firstBins = firstBins
    self.offsets = offsets
    self.weights = weights
  }

  /// Computes the bands of one frame as weighted sums of its magnitudes.
  ///
  /// - Precondition: `magnitudes.count == binCount` and `bands.count == bandCount`.
  public func apply(to magnitudes: [Float], into bands: inout [Float]) {
    precondition(magnitudes.count == binCount && bands.count == bandCount, "buffers do not match the filterbank")
    for band in 0..<bandCount {
      var sum: Float = 0
      var bin = firstBins[band]
      for index in offsets[band]..<offsets[band + 1] {
        sum += weights[index] * magnitudes[bin]
        bin += 1
      }
      bands[band] = sum
    }
  }
}
