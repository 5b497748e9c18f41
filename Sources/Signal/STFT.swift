import Foundation

/// Short-time Fourier magnitudes that agree with `torch.stft(center=True, pad_mode="reflect")` and a periodic Hann
/// window.
///
/// Frame t is centred on sample `t * hopLength`, as in descript-audiotools with `match_stride` off. Audio shorter than
/// half a window is reflected repeatedly, as by `numpy.pad`. An instance serves one task at a time.
public final class STFT {
  /// Length of the window in samples.
  public let windowLength: Int
  /// Number of samples from one frame to the next.
  public let hopLength: Int
  private let window: [Float]
  private let transform: RealFFT
  private var frame: [Float]

  /// Number of frequencies from 0 to half the sample rate, both included.
  public var binCount: Int { transform.binCount }

  /// Transform with the given window and hop.
  ///
  /// - Precondition: `windowLength` is even and positive, and `hopLength` is positive.
  public init(windowLength: Int, hopLength: Int) {
    precondition(hopLength > 0, "hop is not positive")
    self.windowLength = windowLength
    self.hopLength = hopLength
    transform = RealFFT(size: windowLength)
    window = STFT.periodicHann(length: windowLength)
    frame = [Float](repeating: 0, count: windowLength)
  }

  /// Number of frames for `sampleCount` samples; 0 for no samples.
  public func frameCount(forSampleCount sampleCount: Int) -> Int {
    sampleCount == 0 ? 0 : 1 + sampleCount / hopLength
  }

  /// Computes the unnormalised magnitudes of one frame.
  ///
  /// - Precondition: `frameIndex` is less than the number of frames, and `magnitudes.count == binCount`.
  public func magnitudes(ofFrame frameIndex: Int, in samples: [Float], into magnitudes: inout [Float]) {
    precondition(
      (0..<frameCount(forSampleCount: samples.count)).contains(frameIndex), "frame lies outside the signal")
    let start = frameIndex * hopLength - windowLength / 2
    // A local variable avoids a check for unique ownership of the array at every sample.
    var frame: [Float] = []
    swap(&frame, &self.frame)
    defer { swap(&frame, &self.frame) }
    if start >= 0, start + windowLength <= samples.count {
      for index in 0..<windowLength {
        frame[index] = samples[start + index] * window[index]
      }
    } else {
      for index in 0..<windowLength {
        frame[index] = samples[STFT.reflected(start + index, count: samples.count)] * window[index]
      }
    }
    transform.magnitudes(of: frame, into: &magnitudes)
  }

  /// Hann window of `length` samples that is periodic with this length, as `torch.hann_window` makes it.
  static func periodicHann(length: Int) -> [Float] {
    (0..<length).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length))) }
  }

  /// Index of the sample that stands at `index`, which may lie outside `0..<count`, if a signal of `count` samples is
  /// mirrored at its first and its last sample.
  private static func reflected(_ index: Int, count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let remainder = index % period
    let position = remainder < 0 ? remainder + period : remainder
    return position < count ? position : period - position
  }
}
