import CKissFFT
import Foundation

/// Discrete Fourier transform of real samples, any even length.
///
/// Holds KissFFT's tables and scratch memory, so one instance serves one task at a time.
public final class RealFFT {
  /// Samples per transform.
  public let size: Int
  private let state: kiss_fftr_cfg
  private let spectrum: UnsafeMutableBufferPointer<kiss_fft_cpx>

  /// Frequencies from 0 to half the sample rate, both included.
  public var binCount: Int { size / 2 + 1 }

  /// - Precondition: `size` is even and positive; as with Swift's own arrays, running out of memory traps.
  public init(size: Int) {
    precondition(size > 0 && size % 2 == 0 && size <= Int(Int32.max), "FFT size is not a positive even number")
    guard let state = kiss_fftr_alloc(Int32(size), 0, nil, nil) else {
      preconditionFailure("no memory for an FFT of \(size) samples")
    }
    self.size = size
    self.state = state
    spectrum = .allocate(capacity: size / 2 + 1)
    spectrum.initialize(repeating: kiss_fft_cpx())
  }

  deinit {
    free(UnsafeMutableRawPointer(state))  // What KissFFT's `kiss_fftr_free` macro stands for.
    spectrum.deallocate()
  }

  /// The unnormalised transform, sum over n of x[n]·exp(-2πi·k·n/size).
  ///
  /// - Precondition: `samples.count == size`.
  public func forward(_ samples: [Float]) -> (real: [Float], imaginary: [Float]) {
    transform(samples)
    return (spectrum.map(\.r), spectrum.map(\.i))
  }

  /// The absolute values of the transform.
  ///
  /// - Precondition: `samples.count == size` and `magnitudes.count == binCount`.
  public func magnitudes(of samples: [Float], into magnitudes: inout [Float]) {
    precondition(magnitudes.count == binCount, "magnitude buffer does not match the FFT")
    transform(samples)
    magnitudes.withUnsafeMutableBufferPointer { magnitudes in
      for bin in 0..<magnitudes.count {
        let value = spectrum[bin]
        magnitudes[bin] = (value.r * value.r + value.i * value.i).squareRoot()
      }
    }
  }

  private func transform(_ samples: [Float]) {
    precondition(samples.count == size, "sample count does not match the FFT")
    samples.withUnsafeBufferPointer { kiss_fftr(state, $0.baseAddress, spectrum.baseAddress) }
  }
}
