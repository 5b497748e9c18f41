import Bitstream
import Tokens

/// Rules by which a stream keeps tokens, and the identity of the transformers that the stream was made for.
struct TokenContent {
  /// Kept codebooks, and period and phase of the kept frames.
  var prompt: CompressionPrompt
  /// Whether blocks carry keep masks of their own.
  var hasBlockMasks = false
  /// Hash of the transformers that the stream was made for; nil where the stream names none.
  var generatorHash: ModelHash?
}

extension TokenContent {
  init(_ header: StreamHeader) {
    self.init(prompt: header.prompt, hasBlockMasks: header.hasBlockMasks, generatorHash: header.generatorHash)
  }
}
