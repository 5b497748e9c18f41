import Foundation

/// Short-time Fourier magnitudes as `torch.stft(center=True, pad_mode="reflect")` with a periodic Hann window gives them.
///
/// Frame t is centred on sample `t * hopLength`. This is what descript-audiotools computes with `match_stride` off.
/// Unlike there, a signal shorter than half a window is legal: reflection then goes back and forth, as `numpy.pad` does.
/// One instance serves one task at a time.
public final class STFT {
  public let windowLength: Int
  public let hopLength: Int
  private let window: [Float]
  private let transform: RealFFT
  private var frame: [Float]

  /// Frequencies from 0 to half the sample rate, both included.
  public var binCount: Int { transform.binCount }

  /// - Precondition: `windowLength` is even and positive, `hopLength` is positive.
  public init(windowLength: Int, hopLength: Int) {
    precondition(hopLength > 0, "hop is not positive")
    self.windowLength = windowLength
    self.hopLength = hopLength
    transform = RealFFT(size: windowLength)
    window = STFT.periodicHann(length: windowLength)
    frame = [Float](repeating: 0, count: windowLength)
  }

  /// Frames that cover `sampleCount` samples; 0 for an empty signal.
  public func frameCount(forSampleCount sampleCount: Int) -> Int {
    sampleCount == 0 ? 0 : 1 + sampleCount / hopLength
  }

  /// Magnitudes of one frame, unnormalised.
  ///
  /// - Precondition: `frameIndex` lies within the signal's frame count and `magnitudes.count == binCount`.
  public func magnitudes(ofFrame frameIndex: Int, in samples: [Float], into magnitudes: inout [Float]) {
    precondition(
      (0..<frameCount(forSampleCount: samples.count)).contains(frameIndex), "frame lies outside the signal")
    let start = frameIndex * hopLength - windowLength / 2
    // Out of the object while it is written to: else every sample costs a check that nobody else has the array.
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

  /// Hann window of period `length`, as `torch.hann_window` has it: the value after the last would be the first again.
  static func periodicHann(length: Int) -> [Float] {
    (0..<length).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length))) }
  }

  /// The sample that stands at `index` once the signal is mirrored at its first and its last sample.
  private static func reflected(_ index: Int, count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let remainder = index % period
    let position = remainder < 0 ? remainder + period : remainder
    return position < count ? position : period - position
  }
}
