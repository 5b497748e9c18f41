import DAC
import ModelStore
import VampNet

/// Second model, whose transformers' probabilities for tokens are mixed with the probabilities of a first model (arXiv
/// 2401.04577, equation 5).
public struct RescoringModel {
  /// Second model. Its codec must have the same codebooks as the first model's codec, and its transformers must predict
  /// the same number of codebooks.
  public let model: Model
  /// Share of the second model's probabilities in the mix, `0...1`. The equation's w is 1 minus this share.
  public let weight: Double

  /// Second model with the given share.
  ///
  /// - Parameters:
  ///   - model: Second model.
  ///   - weight: Share of the second model's probabilities in the mix, `0...1`.
  /// - Precondition: `weight` is in `0...1`.
  public init(_ model: Model, weight: Double) {
    precondition((0...1).contains(weight), "share out of range")
    self.model = model
    self.weight = weight
  }
}

extension Model {
  /// Mixes the probabilities of a second model's transformers into every token that this model generates from now on.
  ///
  /// - Parameter rescorer: Second model and its share.
  /// - Throws: `VampcError.rescorerDoesNotFit`.
  public func rescore(with rescorer: RescoringModel) throws {
    let other = rescorer.model
    func fault(_ reason: String) -> VampcError { .rescorerDoesNotFit(model: other.name, reason: reason) }
    guard let coarse = other.coarseConfiguration else { throw fault("it has no transformers") }
    let (own, theirs) = (codec.quantiser, other.codec.quantiser)
    guard own.codebookCount == theirs.codebookCount,
      (0..<own.codebookCount).allSatisfy({ own.codebook($0) == theirs.codebook($0) })
    else { throw fault("its codec has other codebooks than that of \(name)") }
    guard coarse.codebookCount == coarseCodebookCount,
      other.coarseToFineConfiguration?.codebookCount == coarseToFineConfiguration?.codebookCount
    else { throw fault("its transformers predict other codebooks than those of \(name)") }
    self.rescorer = { isCoarse in
      let predictor = try isCoarse ? other.coarse() : other.coarseToFine()
      return predictor.map { Rescorer($0, weight: rescorer.weight) }
    }
  }
}
