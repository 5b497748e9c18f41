import Foundation
public import Kernels
public import Tokens

/// Second transformer, whose probabilities are mixed with the probabilities of the transformer that generates tokens.
public struct Rescorer: Sendable {
  /// Second transformer, which predicts the same codebooks of the same codec as the first transformer.
  public let predictor: TokenPredictor
  /// Share of the second transformer's probabilities in the mixture, `0...1`.
  public let weight: Double

  /// Rescorer with the given transformer and share.
  ///
  /// - Parameters:
  ///   - predictor: Second transformer.
  ///   - weight: Share of the second transformer's probabilities, `0...1`.
  public init(_ predictor: TokenPredictor, weight: Double) {
    self.predictor = predictor
    self.weight = weight
  }
}

/// Mixture of the probabilities p₁ and p₂ of two networks: (1 − s) · p₁ + s · p₂ for the share s of the second network
/// (arXiv 2401.04577, equation 5, whose w is 1 − s).
///
/// The mixture replaces the first network's probabilities in every step, for drawing and for scoring.
public final class RescoredLogits: LogitSource {
  private let first: any LogitSource
  private let second: any LogitSource
  private let weight: Float
  private let context: ComputeContext
  private let rescored: FloatRows

  /// Mixture of two networks that predict the same codebooks.
  ///
  /// - Parameters:
  ///   - first: Network whose probabilities have the share `1 − weight`.
  ///   - second: Network whose probabilities have the share `weight`.
  ///   - weight: Share of the second network's probabilities, `0...1`.
  ///   - context: Threads and instruction set of the computation.
  /// - Precondition: Both networks have the same number of entries of a codebook.
  public init(_ first: any LogitSource, rescoredBy second: any LogitSource, weight: Double, context: ComputeContext) {
    precondition(first.vocabularySize == second.vocabularySize, "networks of different vocabularies")
    self.first = first
    self.second = second
    self.weight = Float(weight)
    self.context = context
    rescored = FloatRows(channelCount: second.vocabularySize)
  }

  /// Codebooks that the first network predicts.
  public var predictedCodebooks: Range<Int> { first.predictedCodebooks }
  /// Number of entries of a codebook.
  public var vocabularySize: Int { first.vocabularySize }

  /// Computes one window with both networks; see ``LogitSource``.
  public func run(_ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int?) {
    first.run(tokens, mask: mask, contextFrameCount: contextFrameCount)
    second.run(tokens, mask: mask, contextFrameCount: contextFrameCount)
  }

  /// Gives the logarithms of the mixed probabilities; see ``LogitSource``.
  public func logits(codebook: Int, frames: [Int], into logits: FloatRows) {
    first.logits(codebook: codebook, frames: frames, into: logits)
    second.logits(codebook: codebook, frames: frames, into: rescored)
    let sums = logits.exponentiateRows(scale: 1, context: context)
    let rescoredSums = rescored.exponentiateRows(scale: 1, context: context)
    for row in 0..<frames.count {
      let (share, rescoredShare) = ((1 - weight) / sums[row], weight / rescoredSums[row])
      for entry in 0..<vocabularySize {
        let probability = share * logits[row, entry] + rescoredShare * rescored[row, entry]
        logits[row, entry] = log(max(probability, .leastNormalMagnitude))
      }
    }
  }
}
