import Foundation
public import Signal

/// Delay of one signal behind another, estimated from the phases of their spectra.
///
/// The method is generalised cross-correlation with phase transform (Knapp and Carter, 1976): cross-spectra of
/// overlapping segments are normalised to magnitude 1 per bin, added up and transformed back. A pure delay gives a peak
/// of 1. Coding preserves phases better than magnitudes: Opus at 6 kbit/s leaves a peak of 0.02 to 0.04, the default
/// model at 8 kbit/s a peak of 0.02. Both peaks stand 13 to 25 standard deviations above the rest.
public struct LagEstimate: Equatable, Sendable {
  /// Delay in samples at ``sampleRateHz``; positive where the degraded signal comes later.
  public let lagSamples: Int
  /// Height of the correlation peak, 0...1.
  public let peak: Double
  /// Height of the correlation peak, divided by the root mean square of all correlation values: the certainty of the
  /// delay.
  public let deviations: Double
  /// Sample rate of both signals.
  public let sampleRateHz: Int

  /// Delay in seconds; positive where the degraded signal comes later.
  public var lagSeconds: Double { Double(lagSamples) / Double(sampleRateHz) }

  /// Largest delay, in seconds and in either direction, that counts as aligned. Resamplers, and codecs that do not keep
  /// exact time (Opus's SILK layer), stay below this delay.
  public static let alignedSeconds = 0.000_5
  /// Least height, in standard deviations, of a correlation peak that counts as evidence of a delay. The highest of
  /// 8 192 values of noise reaches 4 or 5 standard deviations.
  public static let leastDeviations = 7.0

  /// Whether the delay exceeds ``alignedSeconds``.
  public var isShifted: Bool { abs(lagSeconds) > Self.alignedSeconds }

  /// Upper limit of a segment's length, which is a power of two in samples. The longest delay that is found is a
  /// quarter of the segment.
  private static let segmentSeconds = 0.75
  private static let shortestSegmentLength = 1_024
  /// Limits of the search for delays longer than a quarter of a segment: longest segment in samples, and largest number
  /// of segments. Both limits bound the time.
  private static let longestWideLength = 1 << 18
  private static let mostWideSegments = 8
  /// Least ratio of a peak beyond ``alignedSeconds`` that counts to the highest peak within ``alignedSeconds``. Music
  /// repeats itself, which gives peaks at wrong delays.
  private static let leastAdvantage = 1.5
  /// RMS below which a segment counts as silence (`AudioBuffer.silenceDBFS`).
  private static let silentRMS = pow(10, AudioBuffer.silenceDBFS / 20)

  /// Estimates the delay of `degraded` behind `reference`.
  ///
  /// - Returns: nil where no delay can be told: for signals without anything in common (such as generated music),
  ///   silence, fewer than 1 024 samples in the signals or in 0.75 s, steady tones, which match themselves at many
  ///   delays, and delays beyond a quarter of a segment (a segment has at most 0.75 s).
  /// - Precondition: both signals have the same shape.
  public init?(of degraded: AudioBuffer, behind reference: AudioBuffer) {
    precondition(
      degraded.channelCount == reference.channelCount && degraded.sampleCount == reference.sampleCount,
      "signals differ in shape")
    let sampleRateHz = reference.sampleRateHz
    let longest = min(reference.sampleCount, Int(Self.segmentSeconds * Double(sampleRateHz)))
    guard longest >= Self.shortestSegmentLength else { return nil }
    let length = Self.powerOfTwo(atMost: longest)
    var spectrum = PhaseSpectrum(segmentLength: length, transformLength: length)
    let starts = Array(stride(from: 0, through: reference.sampleCount - length, by: length / 2))
    spectrum.add(degraded, reference, starts: starts, silentRMS: Self.silentRMS)
    guard let correlation = spectrum.correlation(reach: length / 4) else { return nil }
    guard !Self.matchesBetter(degraded, reference, beyond: length / 4) else { return nil }

    let centre = correlation.count / 2
    func highest(within lag: Int) -> Int {
      (centre - lag...centre + lag).max { correlation[$0] < correlation[$1] } ?? centre
    }
    let meanSquare = correlation.reduce(0.0) { $0 + $1 * $1 } / Double(correlation.count)
    let alignedLag = min(centre, Int(Self.alignedSeconds * Double(sampleRateHz)))
    let aligned = highest(within: alignedLag)
    var best = highest(within: centre)
    if correlation[best] < Self.leastAdvantage * correlation[aligned] { best = aligned }
    deviations = meanSquare > 0 ? correlation[best] / meanSquare.squareRoot() : 0
    guard deviations >= Self.leastDeviations else { return nil }
    lagSamples = best - centre
    peak = correlation[best]
    self.sampleRateHz = sampleRateHz
  }

  /// Returns whether the signals match better at a delay beyond `reach` samples than at any delay up to `reach`.
  ///
  /// In the segments of the estimate, a delay of nearly a segment looks like a small delay in the other direction. This
  /// check therefore uses longer segments, padded so that delays do not wrap around.
  private static func matchesBetter(_ degraded: AudioBuffer, _ reference: AudioBuffer, beyond reach: Int) -> Bool {
    let length = powerOfTwo(atMost: min(reference.sampleCount, longestWideLength))
    var spectrum = PhaseSpectrum(segmentLength: length, transformLength: 2 * length)
    let room = reference.sampleCount - length
    let step = max(length / 2, (room + mostWideSegments - 2) / (mostWideSegments - 1))
    spectrum.add(
      degraded, reference, starts: Array(stride(from: 0, through: room, by: step)), silentRMS: silentRMS)
    guard let correlation = spectrum.correlation(reach: length - 1) else { return false }
    let within = length - 1 - reach...length - 1 + reach
    let inside = correlation[within].max() ?? 0
    let outside = max(correlation[..<within.lowerBound].max() ?? 0, correlation[(within.upperBound + 1)...].max() ?? 0)
    let meanSquare = correlation.reduce(0.0) { $0 + $1 * $1 } / Double(correlation.count)
    return outside > inside && outside >= leastDeviations * meanSquare.squareRoot()
  }

  private static func powerOfTwo(atMost limit: Int) -> Int { 1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount) }
}

/// Sum of the cross-spectra of two signals' segments, each normalised to magnitude 1 per bin.
private struct PhaseSpectrum {
  private let transform: RealFFT
  private let window: [Float]
  private var real: [Double]
  private var imaginary: [Double]
  private var segmentCount = 0

  /// Creates a sum without any segment.
  ///
  /// - Parameters:
  ///   - segmentLength: Number of samples of a segment.
  ///   - transformLength: Number of samples to which segments are padded with zeros. From twice the segment's length
  ///     on, delays do not wrap around.
  init(segmentLength: Int, transformLength: Int) {
    transform = RealFFT(size: transformLength)
    window = (0..<segmentLength).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(segmentLength))) }
    real = [Double](repeating: 0, count: transform.binCount)
    imaginary = real
  }

  /// Adds the cross-spectra of the segments that begin at the sample indices `starts`, for all channels. A segment is
  /// skipped where either signal has an RMS below `silentRMS`.
  mutating func add(_ degraded: AudioBuffer, _ reference: AudioBuffer, starts: [Int], silentRMS: Double) {
    for (degraded, reference) in zip(degraded.channels, reference.channels) {
      add(degraded, reference, starts: starts, silentRMS: silentRMS)
    }
  }

  private mutating func add(_ degraded: [Float], _ reference: [Float], starts: [Int], silentRMS: Double) {
    let length = window.count
    for start in starts {
      guard let a = spectrum(of: degraded[start..<start + length], silentRMS: silentRMS),
        let b = spectrum(of: reference[start..<start + length], silentRMS: silentRMS)
      else { continue }
      segmentCount += 1
      // Bin 0 holds the DC offset, which has no phase.
      for bin in 1..<real.count {
        let product = (
          real: a.real[bin] * b.real[bin] + a.imaginary[bin] * b.imaginary[bin],
          imaginary: a.imaginary[bin] * b.real[bin] - a.real[bin] * b.imaginary[bin]
        )
        let magnitude = (product.real * product.real + product.imaginary * product.imaginary).squareRoot()
        guard magnitude > 0 else { continue }
        real[bin] += Double(product.real / magnitude)
        imaginary[bin] += Double(product.imaginary / magnitude)
      }
    }
  }

  private func spectrum(of samples: ArraySlice<Float>, silentRMS: Double) -> (real: [Float], imaginary: [Float])? {
    let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard energy >= silentRMS * silentRMS * Double(samples.count) else { return nil }
    let padding = [Float](repeating: 0, count: transform.size - window.count)
    return transform.forward(zip(samples, window).map { $0 * $1 } + padding)
  }

  /// Computes the correlation at the delays of −`reach` to `reach` samples, in this order; nil if no segment was added.
  ///
  /// The transform is real. With w[k] = Re + Im and w[n − k] = Re − Im of bin k, the forward transform of w holds the
  /// sums over delays in both directions: correlation[±lag] = Re ± Im (Hartley).
  func correlation(reach: Int) -> [Double]? {
    guard segmentCount > 0 else { return nil }
    let size = transform.size
    var packed = [Float](repeating: 0, count: size)
    for bin in 1..<size / 2 {
      packed[bin] = Float(real[bin] + imaginary[bin])
      packed[size - bin] = Float(real[bin] - imaginary[bin])
    }
    packed[size / 2] = Float(real[size / 2])
    let (even, odd) = transform.forward(packed)
    let scale = 1 / Double(segmentCount * size)
    return (-reach...reach).map { lag in
      let index = abs(lag)
      return scale * Double(lag < 0 ? even[index] - odd[index] : even[index] + odd[index])
    }
  }
}
