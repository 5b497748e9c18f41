public import Bitstream
public import DAC
public import Kernels
public import ModelStore
public import Tokens
public import VampNet

/// Model that is ready to run: the loaded codec, and transformers that are loaded at their first use.
public final class Model {
  /// Files of the model: its codec and, if any, its transformers.
  public let bundle: ModelBundle
  /// Codec of the model.
  public let codec: Codec
  /// Threads and instruction set of every computation with this model.
  public let context: ComputeContext
  /// Default sampler settings for streams that carry none of their own.
  public let samplerDefaults: SamplerSettings
  private var loadedCoarse: TokenPredictor?
  private var loadedCoarseToFine: TokenPredictor?
  /// Closure that loads a transformer of a second model, whose probabilities are mixed with the probabilities of this
  /// model's coarse transformer (`isCoarse` is true) or coarse-to-fine transformer (false). The closure returns nil
  /// where nothing is mixed.
  var rescorer: (_ isCoarse: Bool) throws -> Rescorer? = { _ in nil }

  /// Model with the files of `bundle`, whose codec is loaded at this call.
  ///
  /// - Throws: `ModelError` where a file is damaged or not a codec; `VampcError.invalidSampler`.
  public init(_ bundle: ModelBundle, context: ComputeContext) throws {
    self.bundle = bundle
    self.context = context
    samplerDefaults = try SamplerSettings(besideModel: bundle.path)
    codec = try Codec(bundle.codec, context: context)
  }

  /// Name of the model.
  public var name: String { bundle.name }
  /// Sample rate, hop length, and number and size of the codebooks of the codec.
  public var geometry: TokenGeometry { codec.geometry }

  /// Coarse transformer, loaded at the first call; nil for a model without this transformer.
  ///
  /// - Throws: `ModelError`, `VampNetError` where the transformer cannot be loaded.
  public func coarse() throws -> TokenPredictor? {
    if loadedCoarse == nil, let file = bundle.coarse { loadedCoarse = try predictor(file) }
    return loadedCoarse
  }

  /// Coarse-to-fine transformer, loaded at the first call; nil for a model without this transformer.
  ///
  /// - Throws: `ModelError`, `VampNetError` where the transformer cannot be loaded.
  public func coarseToFine() throws -> TokenPredictor? {
    if loadedCoarseToFine == nil, let file = bundle.coarseToFine { loadedCoarseToFine = try predictor(file) }
    return loadedCoarseToFine
  }

  /// Coarse transformer of a model that has one, loaded at the first call.
  ///
  /// - Throws: `ModelError`, `VampNetError` where the transformer cannot be loaded.
  /// - Precondition: the model has this transformer.
  func requireCoarse() throws -> TokenPredictor {
    guard let predictor = try coarse() else { preconditionFailure("\(name) has no coarse transformer") }
    return predictor
  }

  /// Coarse-to-fine transformer of a model that has one, loaded at the first call.
  ///
  /// - Throws: `ModelError`, `VampNetError` where the transformer cannot be loaded.
  /// - Precondition: the model has this transformer.
  func requireCoarseToFine() throws -> TokenPredictor {
    guard let predictor = try coarseToFine() else { preconditionFailure("\(name) has no coarse-to-fine transformer") }
    return predictor
  }

  /// Dimensions of the coarse transformer, read without loading it; nil for a model without this transformer.
  var coarseConfiguration: VampNetConfiguration? { Self.configuration(of: bundle.coarse) }
  /// Dimensions of the coarse-to-fine transformer, read without loading it; nil for a model without this transformer.
  var coarseToFineConfiguration: VampNetConfiguration? { Self.configuration(of: bundle.coarseToFine) }

  /// Number of codebooks that the coarse transformer generates; nil for a model without this transformer.
  public var coarseCodebookCount: Int? { coarseConfiguration?.codebookCount }

  /// Whether the model decodes streams of the codec with this hash: the model's own codec, or another codec whose
  /// tokens the model declares to decode.
  ///
  /// - Throws: `ModelError` where the codec's file cannot be hashed.
  public func decodes(codec hash: ModelHash) throws -> Bool {
    try hash.matches(sha256: bundle.codecIdentity().digest.bytes)
      || bundle.codec.metadata.decodes(codecDigestPrefix: hash.bytes)
  }

  /// Whether `hash` identifies this model's transformers; also true where `hash` is nil or the model has no
  /// transformers.
  ///
  /// - Throws: `ModelError` where a file cannot be hashed.
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
