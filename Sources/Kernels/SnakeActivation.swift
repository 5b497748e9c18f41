internal import CKernels
import Foundation

/// Snake activation: x + sin²(αx)/(α + 1e-9) with one α per channel (DAC, arXiv 2306.06546, section 3.1).
public final class SnakeActivation: @unchecked Sendable {  // Immutable after `init`.
  package let channelCount: Int
  package let alpha: UnsafeMutablePointer<Float>
  package let inverseAlpha: UnsafeMutablePointer<Float>

  /// Activation with the given α, one value per channel.
  public init(alpha: [Float]) {
    channelCount = alpha.count
    self.alpha = allocateFloats(alpha.count)
    inverseAlpha = allocateFloats(alpha.count)
    for (channel, value) in alpha.enumerated() {
      self.alpha[channel] = value
      inverseAlpha[channel] = 1 / (value + 1e-9)
    }
  }

  deinit {
    free(alpha)
    free(inverseAlpha)
  }

  /// Applies the activation to `rows` rows; `output` may equal `input`.
  package func apply(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int, context: ComputeContext
  ) {
    // Ranges of about 4 096 values stay in the first-level cache while all vectors of channels pass over them.
    let step = max(1, 4_096 / channelCount)
    for row in stride(from: 0, to: rows, by: step) {
      let offset = row * channelCount
      context.kernels.snake(
        output + offset, input + offset, alpha, inverseAlpha, min(step, rows - row), channelCount)
    }
  }
}
