import DAC
import Kernels
import Tokens
import VampNet

/// Filler that replaces masked tokens by random tokens: the baseline that generation is compared with.
final class RandomFiller: TokenFiller {
  let firstFrame: Int
  private let codec: Codec
  private let context: ComputeContext
  private let random: CounterRandom

  /// Filler of one channel of a stream, from frame `frame` on.
  ///
  /// - Parameters:
  ///   - codec: Codec whose quantiser gives the latents.
  ///   - seed: Seed of the random tokens.
  ///   - frame: Absolute number of the first frame whose latents are wanted.
  ///   - context: Threads and instruction set of the computation.
  init(_ codec: Codec, seed: UInt32, from frame: Int, context: ComputeContext) {
    firstFrame = frame
    self.codec = codec
    self.context = context
    random = CounterRandom(seed: seed)
  }

  func fill(_ segment: TokenSegment, into latents: FloatRows) {
    let segment = segment.dropping(before: firstFrame)
    var tokens = segment.tokens
    for codebook in 0..<tokens.codebookCount {
      for frame in 0..<tokens.frameCount where !segment.mask.isKept(codebook: codebook, frame: frame) {
        let bits = random.bits(.replacement, frame: segment.frames.lowerBound + frame, codebook: codebook, step: 0)
        tokens[codebook, frame] = UInt16(UInt64(bits) * UInt64(codec.quantiser.codebookSize) >> 32)
      }
    }
    latents.append(codec.quantiser.decode(tokens, context: context))
  }

  func finish(into latents: FloatRows) {}
}
