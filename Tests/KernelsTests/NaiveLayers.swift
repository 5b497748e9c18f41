import Foundation
import Kernels

/// Reference implementations of the kernels as plain loops over rows `[T, C]`.
enum Naive {
  static func random(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 23) - 1
    }
  }

  static func snake(_ x: [Float], alpha: [Float]) -> [Float] {
    x.enumerated().map { index, value in
      let alpha = Double(alpha[index % alpha.count])
      let sine = sin(alpha * Double(value))
      return Float(Double(value) + sine * sine / (alpha + 1e-9))
    }
  }

  /// Convolves rows with weights `[out, in, kernel]`.
  static func convolve(
    _ x: [Float], channels: Int, weights: [Float], bias: [Float], kernel: Int, stride: Int, dilation: Int, padding: Int
  ) -> [Float] {
    let rows = x.count / channels
    let extent = (kernel - 1) * dilation + 1
    guard rows + 2 * padding >= extent else { return [] }
    var result: [Float] = []
    for t in 0...(rows + 2 * padding - extent) / stride {
      for output in 0..<bias.count {
        var sum = Double(bias[output])
        for tap in 0..<kernel {
          let row = t * stride + tap * dilation - padding
          guard row >= 0 && row < rows else { continue }
          for input in 0..<channels {
            sum += Double(x[row * channels + input] * weights[(output * channels + input) * kernel + tap])
          }
        }
        result.append(Float(sum))
      }
    }
    return result
  }

  /// Applies a transposed convolution with weights `[in, out, 2 · stride]`.
  static func convolveTransposed(
    _ x: [Float], channels: Int, weights: [Float], bias: [Float], stride: Int, padding: Int
  ) -> [Float] {
    let rows = x.count / channels
    let outputs = bias.count
    let full = (rows + 1) * stride
    var result = [Double](repeating: 0, count: full * outputs)
    for index in result.indices { result[index] = Double(bias[index % outputs]) }
    for row in 0..<rows {
      for input in 0..<channels {
        for output in 0..<outputs {
          for tap in 0..<2 * stride {
            result[(row * stride + tap) * outputs + output] +=
              Double(x[row * channels + input] * weights[(input * outputs + output) * 2 * stride + tap])
          }
        }
      }
    }
    return result[padding * outputs..<(full - padding) * outputs].map { Float($0) }
  }
}

/// Largest difference relative to the largest value.
func relativeError(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  let scale = max(b.map(abs).max() ?? 0, 1e-9)
  return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / scale
}
