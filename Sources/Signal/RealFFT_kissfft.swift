import CKissFFT
import Foundation

/// Discrete Fourier transform of real samples of any even length, by KissFFT.
///
/// An instance owns scratch memory and therefore serves one task at a time.
public final class RealFFT {
  /// Number of samples per transform.
  public let size: Int
  private let state: kiss_fftr_cfg
  private let spectrum: UnsafeMutableBufferPointer<kiss_fft_cpx>

  /// Number of frequencies from 0 to half the sample rate, both included.
  public var binCount: Int { size / 2 + 1 }

  /// Transform of `size` samples. Traps if memory runs out, as Swift's arrays do.
  ///
  /// - Precondition: `size` is even and positive, at most `Int32.max`.
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
    free(UnsafeMutableRawPointer(state))  // KissFFT's macro `kiss_fftr_free` stands for `free`.
    spectrum.deallocate()
  }

  /// Computes the unnormalised transform X[k] = Σₙ x[n]·exp(−2πi·k·n/size) for k in `0..<binCount`.
  ///
  /// - Precondition: `samples.count == size`.
  public func forward(_ samples: [Float]) -> (real: [Float], imaginary: [Float]) {
    transform(samples)
    return (spectrum.map(\.r), spectrum.map(\.i))
  }

  /// Computes the absolute values of the unnormalised transform.
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
