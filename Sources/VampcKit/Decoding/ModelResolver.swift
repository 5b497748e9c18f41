import Bitstream
import Kernels
import ModelStore

/// Finder of the model that decodes a stream. A codec that was found in the library is not searched again.
final class ModelResolver {
  private let library: ModelLibrary
  private let context: ComputeContext
  private let namedModel: Model?
  private let acceptsOtherCodec: Bool
  private let rescorer: RescoringModel?
  /// Models found in the library so far, by the hash of the stream's codec. Finding a model is slow, because its files
  /// are hashed.
  private var modelsByCodec: [ModelHash: Model] = [:]

  /// Resolver of the models of a library.
  ///
  /// - Parameters:
  ///   - library: Models that streams may name.
  ///   - namedModel: Model that decodes every stream; nil takes the model that the stream names.
  ///   - acceptsOtherCodec: Whether the named model may have another codec than the stream.
  ///   - rescorer: Second model, whose probabilities are mixed into the probabilities of every model that is found; nil
  ///     mixes nothing.
  ///   - context: Threads and instruction set of the computation.
  init(
    library: ModelLibrary, namedModel: Model?, acceptsOtherCodec: Bool, rescorer: RescoringModel?,
    context: ComputeContext
  ) {
    self.library = library
    self.namedModel = namedModel
    self.acceptsOtherCodec = acceptsOtherCodec
    self.rescorer = rescorer
    self.context = context
  }

  /// Model that decodes the stream with this header.
  ///
  /// - Throws: `ModelError` where no installed model has the codec or a file is damaged; `VampcError.wrongCodec`,
  ///   `VampcError.wrongGeometry`, `VampcError.invalidSampler`, `VampcError.rescorerDoesNotFit`.
  func model(for header: StreamHeader) throws -> Model {
    let model = try namedModel.map { try checked($0, header.codecHash) } ?? installedModel(header.codecHash)
    guard model.geometry == header.geometry else { throw VampcError.wrongGeometry(model: model.name) }
    if let rescorer { try model.rescore(with: rescorer) }
    return model
  }

  private func checked(_ model: Model, _ hash: ModelHash) throws -> Model {
    if acceptsOtherCodec { return model }
    if try model.decodes(codec: hash) { return model }
    let name = (try? library.bundle(codecDigestPrefix: hash.bytes))?.name
    throw VampcError.wrongCodec(
      stream: [hash.description, name.map { "(\($0))" }].compactMap(\.self).joined(separator: " "),
      model: "\(try model.bundle.codecIdentity().digest.shortHex) (\(model.name))")
  }

  private func installedModel(_ hash: ModelHash) throws -> Model {
    if let model = modelsByCodec[hash] { return model }
    let bundle = try library.bundle(codecDigestPrefix: hash.bytes)
    let loaded = modelsByCodec.values.first { $0.bundle.path == bundle.path }
    let model = try loaded ?? Model(bundle, context: context)
    modelsByCodec[hash] = model
    return model
  }
}
