public import Kernels
public import ModelStore
public import Tokens

/// One of VampNet's masked transformers, coarse or coarse-to-fine (arXiv 2307.04686, section 3.1): from tokens of which
/// some are masked, the logits of the masked ones.
public final class TokenPredictor: Sendable {
  public let configuration: VampNetConfiguration
  /// Codec codebook entries of every codebook, `[entry, latent]`.
  private let codebooks: [[Float]]
  /// What stands for a masked token, `[codebook, latent]`.
  private let maskVectors: [Float]
  private let embedding: LinearWeights
  private let transformer: Transformer
  /// One classifier for each predicted codebook.
  private let classifiers: [LinearWeights]

  /// - Parameters:
  ///   - codebooks: the codec's codebooks, each `[entry, latent]`; the first ones are used.
  ///   - context: embedding and classifiers are packed for its level.
  /// - Throws: `ModelError` where the file holds no transformer or its tensors are not as expected;
  ///   `VampNetError.codebooksDoNotFit` where codec and transformer differ in codebooks.
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
    // Output channel v · predicted + c belongs to entry v of predicted codebook c.
    classifiers = (0..<predicted).map { codebook in
      let channels = stride(from: codebook, to: vocabulary * predicted, by: predicted)
      return LinearWeights(
        rowsOfOutputs: channels.flatMap { weights[$0 * dimension..<($0 + 1) * dimension] }, depth: dimension,
        bias: channels.map { bias[$0] }, context: context)
    }
    try tensors.finish()
  }

  /// Memory that a prediction needs; kept between predictions.
  public final class Workspace {
    let transformer: Transformer.Workspace
    let latents: FloatRows
    let gathered: FloatRows

    public init(_ configuration: VampNetConfiguration) {
      transformer = Transformer.Workspace(dimension: configuration.embeddingDim)
      latents = FloatRows(channelCount: configuration.codebookCount * configuration.latentDim)
      gathered = FloatRows(channelCount: configuration.embeddingDim)
    }
  }

  /// Runs the transformer over one window; `logits` then gives the logits of any of its tokens.
  ///
  /// - Parameters:
  ///   - tokens: `[codebook, frame]` of all the network's codebooks; masked ones are not looked at.
  ///   - mask: same shape.
  public func run(_ tokens: TokenGrid, mask: TokenMask, _ workspace: Workspace, context: ComputeContext) {
    embed(tokens, mask: mask, into: workspace.latents)
    embedding.apply(to: workspace.latents, into: workspace.transformer.activations, context: context)
    transformer.apply(workspace.transformer, context: context)
  }

  /// The logits of one codebook at some frames of the window that ran last.
  ///
  /// - Parameters:
  ///   - codebook: a predicted one, counted from codebook 0 of the codec.
  ///   - logits: becomes `[frames.count, vocabulary]`.
  public func logits(
    codebook: Int, frames: [Int], into logits: FloatRows, _ workspace: Workspace, context: ComputeContext
  ) {
    workspace.transformer.normalised.gather(frames, into: workspace.gathered)
    classifiers[codebook - configuration.conditioningCodebookCount].apply(
      to: workspace.gathered, into: logits, context: context)
  }

  /// Latents `[frame, codebook · latent]`: codebook entries, and MASK vectors where a token is masked.
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
