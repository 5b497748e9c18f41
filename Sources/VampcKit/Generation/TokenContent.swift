import Bitstream
import Tokens

/// Tokens that a stream keeps according to its header, and the identity of the transformers that the stream was made
/// for.
struct TokenContent {
  /// Codebooks and period that are kept.
  var prompt: CompressionPrompt
  /// Whether blocks carry keep masks of their own.
  var hasBlockMasks = false
  /// Hash of the transformers that the stream was made for.
  var generatorHash: ModelHash?
}

extension TokenContent {
  init(_ header: StreamHeader) {
    self.init(prompt: header.prompt, hasBlockMasks: header.hasBlockMasks, generatorHash: header.generatorHash)
  }
}
