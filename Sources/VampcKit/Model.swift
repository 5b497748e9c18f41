public import Bitstream
public import DAC
public import Kernels
public import ModelStore
public import Tokens
public import VampNet

/// A named model ready to run: its codec, and its transformers once they are asked for.
public final class Model {
  public let bundle: ModelBundle
  public let codec: Codec
  public let context: ComputeContext
  private var loadedCoarse: TokenPredictor?
  private var loadedCoarseToFine: TokenPredictor?

  /// Loads the codec.
  ///
  /// - Throws: `ModelError` where its file is not sound.
  public init(_ bundle: ModelBundle, context: ComputeContext) throws {
    self.bundle = bundle
    self.context = context
    codec = try Codec(bundle.codec, context: context)
  }

  public var name: String { bundle.name }
  public var geometry: TokenGeometry { codec.geometry }

  /// The coarse transformer; nil where the model has none. Loaded at the first call.
  ///
  /// - Throws: `ModelError`, `VampNetError`.
  public func coarse() throws -> TokenPredictor? {
    if loadedCoarse == nil, let file = bundle.coarse { loadedCoarse = try predictor(file) }
    return loadedCoarse
  }

  /// The coarse-to-fine transformer; nil where the model has none. Loaded at the first call.
  ///
  /// - Throws: `ModelError`, `VampNetError`.
  public func coarseToFine() throws -> TokenPredictor? {
    if loadedCoarseToFine == nil, let file = bundle.coarseToFine { loadedCoarseToFine = try predictor(file) }
    return loadedCoarseToFine
  }

  /// The coarse transformer of a model that has one.
  func requireCoarse() throws -> TokenPredictor {
    guard let predictor = try coarse() else { preconditionFailure("\(name) has no coarse transformer") }
    return predictor
  }

  /// The coarse-to-fine transformer of a model that has one.
  func requireCoarseToFine() throws -> TokenPredictor {
    guard let predictor = try coarseToFine() else { preconditionFailure("\(name) has no coarse-to-fine transformer") }
    return predictor
  }

  /// Dimensions of the coarse transformer, which need not be loaded for them; nil without one.
  var coarseConfiguration: VampNetConfiguration? { Self.configuration(of: bundle.coarse) }
  /// Dimensions of the coarse-to-fine transformer; nil without one.
  var coarseToFineConfiguration: VampNetConfiguration? { Self.configuration(of: bundle.coarseToFine) }

  /// Codebooks that the coarse transformer fills in, or nil without one.
  public var coarseCodebookCount: Int? { coarseConfiguration?.codebookCount }

  /// Whether the model decodes the stream's codes: its codec made them, or has taken the place of the one that did.
  public func decodes(codec hash: ModelHash) throws -> Bool {
    try hash.matches(sha256: bundle.codecIdentity().digest.bytes)
      || bundle.codec.metadata.decodes(codecDigestPrefix: hash.bytes)
  }

  /// Whether the stream's hash is that of this model's transformers.
  public func matches(generator hash: ModelHash?) throws -> Bool {
    guard let hash, let identity = try bundle.generatorIdentity() else { return true }
    return hash.matches(sha256: identity.digest.bytes)
  }

  private static func configuration(of file: ModelFile?) -> VampNetConfiguration? {
    guard case .vampNet(let configuration) = file?.configuration else { return nil }
    return configuration
  }

  private func predictor(_ file: ModelFile) throws -> TokenPredictor {
    try TokenPredictor(
      file, codebooks: (0..<codec.quantiser.codebookCount).map(codec.quantiser.codebook), context: context)
  }
}
