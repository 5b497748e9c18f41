import ModelStore
public import Tokens
public import VampcKit

/// Properties of a model from which grids make conditions.
public struct SweepModel: Sendable {
  /// Name of the model, which conditions state.
  public let name: String
  /// Token geometry of the model's codec.
  public let geometry: TokenGeometry
  /// Number of codebooks that the coarse transformer generates; nil without a coarse transformer.
  public let coarseCodebookCount: Int?
  /// Best compression prompts of the model by bitrate.
  public let frontier: RateFrontier

  /// Creates the properties of a model from given values, for a model that is not loaded.
  public init(name: String, geometry: TokenGeometry, coarseCodebookCount: Int?, frontier: RateFrontier) {
    self.name = name
    self.geometry = geometry
    self.coarseCodebookCount = coarseCodebookCount
    self.frontier = frontier
  }

  /// Reads the properties of a model and its frontier.
  ///
  /// - Throws: `VampcError.invalidFrontier`.
  public init(_ model: Model) throws {
    self.init(
      name: model.name, geometry: model.geometry, coarseCodebookCount: model.coarseCodebookCount,
      frontier: try RateFrontier(besideModel: model.bundle.path, geometry: model.geometry))
  }
}
