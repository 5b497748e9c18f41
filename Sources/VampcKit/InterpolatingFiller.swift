import DAC
import Kernels
import Tokens

/// Nothing is imagined: codebooks from the first missing one on are left out, and the latents of frames that lack the
/// first one lie on a straight line between those of the nearest others, which hold at either end.
final class InterpolatingFiller: TokenFiller {
  let firstFrame: Int
  private let codec: Codec
  private let context: ComputeContext
  private var last: [Float]?
  private var missingCount = 0

  /// The longest period of a prompt, and one more.
  private static let longestBridge = 65_536

  /// - Parameter frame: the first frame that will come, at which something is kept unless it is the stream's first.
  init(_ codec: Codec, from frame: Int, context: ComputeContext) {
    firstFrame = frame
    self.codec = codec
    self.context = context
  }

  func fill(_ stretch: TokenStretch, into latents: FloatRows) {
    for row in KeptLatents(codec: codec, context: context).rows(of: stretch.tokens, stretch.mask) {
      guard let row else {
        missingCount += 1
        // A loss so long is not bridged but held, so that memory stays bounded.
        if missingCount == Self.longestBridge { bridge(to: last ?? silence, into: latents) }
        continue
      }
      bridge(to: row, into: latents)
      latents.append(row)
      last = row
    }
  }

  func finish(into latents: FloatRows) {
    bridge(to: last ?? silence, into: latents)
  }

  private var silence: [Float] { [Float](repeating: 0, count: codec.quantiser.latentDim) }

  private func bridge(to next: [Float], into latents: FloatRows) {
    let start = last ?? next
    for step in stride(from: 1, through: missingCount, by: 1) {
      let share = Float(step) / Float(missingCount + 1)
      latents.append(zip(start, next).map { $0 + ($1 - $0) * share })
    }
    missingCount = 0
  }
}
