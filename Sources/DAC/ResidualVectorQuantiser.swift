public import Kernels
import ModelStore
public import Tokens

/// Residual vector quantiser of DAC (arXiv 2306.06546, section 3.2).
///
/// Each codebook quantises the residual of the codebooks before it. For each frame, the quantiser projects this
/// residual to ``codebookDim`` values and selects the codebook entry with the highest cosine similarity.
public final class ResidualVectorQuantiser: Sendable {
  private let stages: [Stage]
  /// Number of values of a latent.
  public let latentDim: Int
  /// Number of entries per codebook.
  public let codebookSize: Int
  /// Number of values of a codebook entry.
  public let codebookDim: Int

  private struct Stage {
    let inputProjection: LinearWeights
    /// Matrix of the L2-normalised entries, whose products with a projection rank the entries.
    let similarity: LinearWeights
    let outputProjection: LinearWeights
    /// Entries `[entry, codebookDim]`, not normalised.
    let codebook: [Float]
  }

  init(_ configuration: CodecConfiguration, _ layers: LayerLoader) throws {
    let latent = configuration.latentDim
    let (size, width) = (configuration.codebookSize, configuration.codebookDim)
    stages = try (0..<configuration.codebookCount).map { index in
      let name = "quantizer.quantizers.\(index)"
      let codebook = try layers.tensors.floats(name + ".codebook.weight", shape: [size, width])
      return Stage(
        inputProjection: try layers.linear(name + ".in_proj", from: latent, to: width),
        similarity: LinearWeights(
          rowsOfOutputs: Self.normalised(codebook, width: width), depth: width, context: layers.context),
        outputProjection: try layers.linear(name + ".out_proj", from: width, to: latent), codebook: codebook)
    }
    latentDim = latent
    codebookSize = size
    codebookDim = width
  }

  /// Number of codebooks.
  public var codebookCount: Int { stages.count }

  /// Returns the entries `[entry, codebookDim]` of codebook `index`, counted from 0 (the coarsest). VampNet's embedding
  /// uses these entries, too.
  public func codebook(_ index: Int) -> [Float] { stages[index].codebook }

  /// Quantises latents with all codebooks.
  ///
  /// - Parameters:
  ///   - latents: Rows `[frames, latent]`.
  ///   - context: Threads and instruction set of the computation.
  ///   - projections: Closure that receives, for each codebook in turn, the projected residual `[frames, codebookDim]`
  ///     from which the codebook's entries are selected; nil if nobody needs the projections.
  public func encode(
    _ latents: FloatRows, context: ComputeContext, projections: ((FloatRows) -> Void)? = nil
  ) -> TokenGrid {
    var grid = TokenGrid(codebookCount: stages.count, frameCount: latents.count)
    var residual = FloatRows(channelCount: latentDim)
    residual.append(latents)
    var next = FloatRows(channelCount: latentDim)
    let projected = FloatRows(channelCount: codebookDim)
    let scores = FloatRows(channelCount: codebookSize)
    let entries = FloatRows(channelCount: codebookDim)
    let quantised = FloatRows(channelCount: latentDim)
    for (index, stage) in stages.enumerated() {
      stage.inputProjection.apply(to: residual, into: projected, context: context)
      projections?(projected)
      // The length of a projected vector does not affect the ranking by cosine, so it is not normalised.
      stage.similarity.apply(to: projected, into: scores, context: context)
      for (frame, entry) in scores.indicesOfGreatest(context: context).enumerated() {
        grid[index, frame] = UInt16(entry)
      }
      guard index + 1 < stages.count else { break }
      Self.gather(grid[codebook: index], from: stage.codebook, into: entries)
      stage.outputProjection.apply(to: entries, into: quantised, context: context)
      next.removeAll()
      next.appendDifference(residual, quantised)
      swap(&residual, &next)
    }
    return grid
  }

  /// Computes latents `[frames, latent]`: per frame, the sum of the output projections of the tokens' codebook entries.
  ///
  /// - Parameters:
  ///   - grid: Tokens of all codebooks or of the first codebooks.
  ///   - context: Threads and instruction set of the computation.
  /// - Precondition: `grid` has no more codebooks than the quantiser, and every token is below `codebookSize`.
  public func decode(_ grid: TokenGrid, context: ComputeContext) -> FloatRows {
    precondition(grid.codebookCount <= stages.count, "more codebooks than the codec has")
    var sum = FloatRows(channelCount: latentDim)
    sum.appendZeros(grid.frameCount)
    var next = FloatRows(channelCount: latentDim)
    let entries = FloatRows(channelCount: codebookDim)
    for (stage, codebook) in zip(stages, 0..<grid.codebookCount) {
      Self.gather(grid[codebook: codebook], from: stage.codebook, into: entries)
      stage.outputProjection.apply(to: entries, into: next, adding: sum, context: context)
      swap(&sum, &next)
    }
    return sum
  }

  private static func gather(_ tokens: ArraySlice<UInt16>, from codebook: [Float], into rows: FloatRows) {
    rows.removeAll()
    let width = rows.channelCount
    for token in tokens { rows.append(codebook[Int(token) * width..<(Int(token) + 1) * width]) }
  }

  private static func normalised(_ codebook: [Float], width: Int) -> [Float] {
    stride(from: 0, to: codebook.count, by: width).flatMap { start in
      let entry = codebook[start..<start + width]
      // 1e-12 is the default `eps` of `torch.nn.functional.normalize`.
      let norm = max(entry.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot(), 1e-12)
      return entry.map { Float(Double($0) / norm) }
    }
  }
}
