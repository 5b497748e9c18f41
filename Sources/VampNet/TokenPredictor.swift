public import Kernels
public import ModelStore
public import Tokens

/// Masked transformer of VampNet, coarse or coarse-to-fine, that predicts the logits of masked tokens (arXiv
/// 2307.04686, section 3.1).
public final class TokenPredictor: Sendable {
  /// Configuration from the model file.
  public let configuration: VampNetConfiguration
  /// Entries `[entry, latent]` of each codebook that the transformer uses.
  private let codebooks: [[Float]]
  /// MASK vectors `[codebook, latent]`, which represent masked tokens.
  private let maskVectors: [Float]
  private let embedding: LinearWeights
  private let transformer: Transformer
  /// Classifiers, one for each predicted codebook.
  private let classifiers: [LinearWeights]

  /// Loads the transformer of a model file.
  ///
  /// - Parameters:
  ///   - file: File of the transformer.
  ///   - codebooks: Codebooks of the codec, each `[entry, latent]`; the transformer uses the first `codebookCount`
  ///     codebooks of its configuration.
  ///   - context: Context for whose instruction set embedding and classifiers are packed.
  /// - Throws: `ModelError` if the file holds no transformer or has unexpected tensors;
  ///   ``VampNetError/codebooksDoNotFit(path:expectedCount:expectedSize:)`` if the codec has fewer codebooks than the
  ///   transformer needs, or codebooks of another size.
  public init(_ file: ModelFile, codebooks: [[Float]], context: ComputeContext) throws {
    configuration = try file.vampNetConfiguration()
    let (width, vocabulary) = (configuration.latentDim, configuration.vocabularySize)
    let codebookCount = configuration.codebookCount
    guard codebooks.count >= codebookCount, codebooks.allSatisfy({ $0.count == vocabulary * width }) else {
      throw VampNetError.codebooksDoNotFit(path: file.path, expectedCount: codebookCount, expectedSize: vocabulary)
    }
    self.codebooks = Array(codebooks.prefix(codebookCount))
    let tensors = Tensors(file.weights)
    let dimension = configuration.embeddingDim
    maskVectors = try tensors.floats("embedding.special.MASK", shape: [codebookCount, width])
    embedding = LinearWeights(
      rowsOfOutputs: try tensors.floats("embedding.out_proj.weight", shape: [dimension, codebookCount * width, 1]),
      depth: codebookCount * width, bias: try tensors.floats("embedding.out_proj.bias", shape: [dimension]),
      context: context)
    transformer = try Transformer(configuration, tensors)
    let predicted = configuration.predictedCodebookCount
    let weights = try tensors.weightNormalised(
      "classifier.layers.0", shape: [vocabulary * predicted, dimension, 1])
    let bias = try tensors.floats("classifier.layers.0.bias", shape: [vocabulary * predicted])
    // Output channel v · predicted + c is entry v of predicted codebook c.
    classifiers = (0..<predicted).map { codebook in
      let channels = stride(from: codebook, to: vocabulary * predicted, by: predicted)
      return LinearWeights(
        rowsOfOutputs: channels.flatMap { weights[$0 * dimension..<($0 + 1) * dimension] }, depth: dimension,
        bias: channels.map { bias[$0] }, context: context)
    }
    try tensors.finish()
  }

  /// Memory for the activations of a prediction, reused by later predictions.
  public final class Workspace {
    let transformer: Transformer.Workspace
    let latents: FloatRows
    let gathered: FloatRows

    /// Memory for a transformer with the given configuration.
    public init(_ configuration: VampNetConfiguration) {
      transformer = Transformer.Workspace(dimension: configuration.embeddingDim)
      latents = FloatRows(channelCount: configuration.codebookCount * configuration.latentDim)
      gathered = FloatRows(channelCount: configuration.embeddingDim)
    }
  }

  /// Runs the transformer over one window. Afterwards ``logits(codebook:frames:into:workspace:context:)`` gives the
  /// logits of any token of the window.
  ///
  /// - Parameters:
  ///   - tokens: Tokens `[codebook, frame]` of all codebooks of the transformer; masked tokens are ignored.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - contextFrameCount: Number of frames before and after a frame that the frame attends to; nil for all frames of
  ///     the window.
  ///   - workspace: Buffers of the computation, which hold the result.
  ///   - context: Threads and instruction set of the computation.
  public func run(
    _ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int? = nil, workspace: Workspace, context: ComputeContext
  ) {
    embed(tokens, mask: mask, into: workspace.latents)
    embedding.apply(to: workspace.latents, into: workspace.transformer.activations, context: context)
    transformer.apply(workspace.transformer, contextFrameCount: contextFrameCount, context: context)
  }

  /// Computes the logits of one codebook at some frames of the last window.
  ///
  /// - Parameters:
  ///   - codebook: Predicted codebook, counted from codebook 0 of the codec.
  ///   - frames: Frames, counted from the beginning of the window.
  ///   - logits: Queue that receives the logits `[frames.count, vocabulary]`; its old rows are removed.
  ///   - workspace: Buffers in which the window was run.
  ///   - context: Threads and instruction set of the computation.
  public func logits(
    codebook: Int, frames: [Int], into logits: FloatRows, workspace: Workspace, context: ComputeContext
  ) {
    workspace.transformer.normalised.gather(frames, into: workspace.gathered)
    classifiers[codebook - configuration.conditioningCodebookCount].apply(
      to: workspace.gathered, into: logits, context: context)
  }

  /// Looks up the embedding's input `[frame, codebook · latent]`: entries of kept tokens and MASK vectors of masked
  /// tokens. `latents` receives the input; its old rows are removed.
  public func embed(_ tokens: TokenGrid, mask: TokenMask, into latents: FloatRows) {
    let width = configuration.latentDim
    precondition(tokens.codebookCount == codebooks.count && mask.frameCount == tokens.frameCount, "window does not fit")
    var values: [Float] = []
    values.reserveCapacity(tokens.frameCount * latents.channelCount)
    for frame in 0..<tokens.frameCount {
      for (codebook, entries) in codebooks.enumerated() {
        let isMasked = !mask.isKept(codebook: codebook, frame: frame)
        let start = (isMasked ? codebook : Int(tokens[codebook, frame])) * width
        values += (isMasked ? maskVectors : entries)[start..<start + width]
      }
    }
    latents.removeAll()
    latents.append(values)
  }
}
