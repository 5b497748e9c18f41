import DAC
import Kernels
import Tokens

/// Filler that generates no tokens and bridges frames without the first codebook.
///
/// In each frame, codebooks from the first masked codebook on are left out. Latents of frames without the first
/// codebook are interpolated linearly between the nearest frames with the first codebook. At either end of the stream
/// the nearest latents are repeated; a stream without the first codebook has latents of 0. In a gap of 65 536 or more
/// frames, runs of 65 536 frames repeat the latents before the gap, or are 0 at the beginning of the stream.
final class InterpolatingFiller: TokenFiller {
  let firstFrame: Int
  private let codec: Codec
  private let context: ComputeContext
  private var last: [Float]?
  private var maskedFrameCount = 0

  /// Number of consecutive frames without the first codebook from which on the last latents are repeated: one more than
  /// the longest period of a prompt.
  private static let longestBridge = 65_536

  /// Filler of one channel of a stream, from frame `frame` on.
  ///
  /// - Parameters:
  ///   - codec: Codec whose quantiser gives the latents.
  ///   - frame: Absolute number of the first input frame: the first frame of a block that keeps tokens of the first
  ///     codebook, or a frame before which the stream keeps no token of the first codebook.
  ///   - context: Threads and instruction set of the computation.
  init(_ codec: Codec, from frame: Int, context: ComputeContext) {
    firstFrame = frame
    self.codec = codec
    self.context = context
  }

  func fill(_ segment: TokenSegment, into latents: FloatRows) {
    for row in KeptLatents(codec: codec, context: context).rows(of: segment.tokens, segment.mask) {
      guard let row else {
        maskedFrameCount += 1
        // A longer loss repeats the last latents, so that memory stays bounded.
        if maskedFrameCount == Self.longestBridge { bridge(to: last ?? silence, into: latents) }
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
    for step in stride(from: 1, through: maskedFrameCount, by: 1) {
      let share = Float(step) / Float(maskedFrameCount + 1)
      latents.append(zip(start, next).map { $0 + ($1 - $0) * share })
    }
    maskedFrameCount = 0
  }
}
