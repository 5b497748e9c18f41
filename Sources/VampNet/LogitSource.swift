public import Kernels
import ModelStore
public import Tokens

/// Network that predicts the logits of the masked tokens of one window.
public protocol LogitSource: AnyObject {
  /// Codebooks whose tokens the network predicts, counted from codebook 0 of the codec.
  var predictedCodebooks: Range<Int> { get }
  /// Number of entries of a codebook.
  var vocabularySize: Int { get }

  /// Computes one window. Afterwards ``logits(codebook:frames:into:)`` gives the logits of any token of the window in a
  /// predicted codebook.
  ///
  /// - Parameters:
  ///   - tokens: Tokens `[codebook, frame]` of all codebooks of the network; masked tokens are ignored.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - contextFrameCount: Number of frames before and after a frame that the frame attends to; nil for all frames of
  ///     the window.
  func run(_ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int?)

  /// Gives the logits of one codebook at some frames of the last window.
  ///
  /// - Parameters:
  ///   - codebook: Codebook of the codec, within ``predictedCodebooks``.
  ///   - frames: Frames, counted from the beginning of the window.
  ///   - logits: Queue that receives the logits `[frames.count, vocabularySize]`; its old rows are removed.
  func logits(codebook: Int, frames: [Int], into logits: FloatRows)
}

/// Logit source of one transformer, with its own memory for activations.
final class NetworkLogits: LogitSource {
  private let predictor: TokenPredictor
  private let workspace: TokenPredictor.Workspace
  private let context: ComputeContext

  init(_ predictor: TokenPredictor, context: ComputeContext) {
    self.predictor = predictor
    self.context = context
    workspace = TokenPredictor.Workspace(predictor.configuration)
  }

  var predictedCodebooks: Range<Int> {
    predictor.configuration.conditioningCodebookCount..<predictor.configuration.codebookCount
  }
  var vocabularySize: Int { predictor.configuration.vocabularySize }

  func run(_ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int?) {
    predictor.run(
      tokens, mask: mask, contextFrameCount: contextFrameCount, workspace: workspace, context: context)
  }

  func logits(codebook: Int, frames: [Int], into logits: FloatRows) {
    predictor.logits(codebook: codebook, frames: frames, into: logits, workspace: workspace, context: context)
  }
}
