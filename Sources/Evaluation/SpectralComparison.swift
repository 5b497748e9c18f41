import Foundation
import Signal

/// Several spectral distances of one pair of signals, computed together: scales of the same window length share their
/// transforms.
struct SpectralComparison {
  /// Scale, and the least magnitude inside the logarithms of a distance on this scale.
  private struct Resolution: Hashable {
    let scale: SpectralDistance.Scale
    let floor: Float
  }

  /// Two terms of a distance, each a mean over channels, frames and bands: difference of log magnitudes, and difference
  /// of magnitudes. While frames are added, the terms are sums.
  private struct Difference {
    var log = 0.0
    var magnitude = 0.0
  }

  private let metrics: [SpectralDistance]
  private let resolutions: Set<Resolution>

  init(for metrics: [SpectralDistance]) {
    self.metrics = metrics
    resolutions = Set(metrics.flatMap { metric in metric.scales.map { Resolution(scale: $0, floor: metric.floor) } })
  }

  /// Computes the distances of one pair of signals, in the order of `metrics`.
  func distances(of pair: ComparablePair) -> [Double] {
    var differences: [Resolution: Difference] = [:]
    for (windowLength, group) in Dictionary(grouping: resolutions, by: \.scale.windowLength) {
      differences.merge(Self.differences(of: pair, at: group, windowLength: windowLength)) { $1 }
    }
    return metrics.map { metric in
      metric.scales.reduce(0) { sum, scale in
        let difference = differences[Resolution(scale: scale, floor: metric.floor)] ?? Difference()
        return sum + metric.logWeight * difference.log + metric.magnitudeWeight * difference.magnitude
      }
    }
  }

  private static func differences(
    of pair: ComparablePair, at resolutions: [Resolution], windowLength: Int
  ) -> [Resolution: Difference] {
    let stft = STFT(windowLength: windowLength, hopLength: windowLength / 4)
    let banks = resolutions.map { resolution in
      resolution.scale.melBandCount.map {
        MelFilterbank(sampleRateHz: pair.reference.sampleRateHz, windowLength: windowLength, bandCount: $0)
      }
    }
    var buffers = banks.map { [Float](repeating: 0, count: $0?.bandCount ?? 0) }
    var otherBuffers = buffers
    var differences = [Difference](repeating: Difference(), count: resolutions.count)
    var degradedMagnitudes = [Float](repeating: 0, count: stft.binCount)
    var referenceMagnitudes = degradedMagnitudes
    let frameCount = stft.frameCount(forSampleCount: pair.reference.sampleCount)
    for (degraded, reference) in zip(pair.degraded.channels, pair.reference.channels) {
      for frame in 0..<frameCount {
        stft.magnitudes(ofFrame: frame, in: degraded, into: &degradedMagnitudes)
        stft.magnitudes(ofFrame: frame, in: reference, into: &referenceMagnitudes)
        for index in resolutions.indices {
          let floor = resolutions[index].floor
          guard let bank = banks[index] else {
            add(degradedMagnitudes, referenceMagnitudes, floor: floor, to: &differences[index])
            continue
          }
          bank.apply(to: degradedMagnitudes, into: &buffers[index])
          bank.apply(to: referenceMagnitudes, into: &otherBuffers[index])
          add(buffers[index], otherBuffers[index], floor: floor, to: &differences[index])
        }
      }
    }
    var result: [Resolution: Difference] = [:]
    for (index, resolution) in resolutions.enumerated() {
      let count = Double(pair.reference.channelCount * frameCount * (banks[index]?.bandCount ?? stft.binCount))
      result[resolution] = Difference(
        log: differences[index].log / count, magnitude: differences[index].magnitude / count)
    }
    return result
  }

  /// Bound on the running product of ratios. A finite ratio of two floats is below 1e39, so one more factor cannot
  /// overflow the product.
  private static let productLimit = 1e250

  /// Adds the differences of the magnitudes of one frame, summed over its bands.
  ///
  /// |log a − log b| is the logarithm of the larger divided by the smaller magnitude. The ratios of many bands are
  /// multiplied before one logarithm is taken.
  private static func add(_ degraded: [Float], _ reference: [Float], floor: Float, to difference: inout Difference) {
    var product = 1.0
    var logSum = 0.0
    var magnitudeSum = 0.0
    for index in 0..<min(degraded.count, reference.count) {
      let (a, b) = (degraded[index], reference[index])
      magnitudeSum += Double(abs(a - b))
      let (clampedA, clampedB) = (max(a, floor), max(b, floor))
      product *= Double(max(clampedA, clampedB) / min(clampedA, clampedB))
      if product > productLimit {
        logSum += log10(product)
        product = 1
      }
    }
    difference.log += logSum + log10(product)
    difference.magnitude += magnitudeSum
  }
}
