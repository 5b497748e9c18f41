public import AudioIO
public import Bitstream
public import Kernels
public import ModelStore

/// Decodes streams: bytes in, audio out. The stream says which model it needs; a library finds it.
public final class RecordingDecoder {
  public let settings: DecoderSettings
  private let library: ModelLibrary
  private let namedModel: Model?
  private let context: ComputeContext
  /// What the library found for the codecs that streams named; to look means to hash what is installed.
  private var modelsByCodec: [ModelHash: Model] = [:]

  /// - Parameter model: takes the place of the one that the stream names; refused where its codec is another, unless
  ///   the settings accept that.
  public init(library: ModelLibrary, model: Model? = nil, settings: DecoderSettings, context: ComputeContext) {
    self.library = library
    namedModel = model
    self.settings = settings
    self.context = context
  }

  /// What a decoding did.
  public struct Report: Sendable {
    /// Of the streams that were met.
    public var headers: [StreamHeader] = []
    /// Samples per channel that were written.
    public var sampleCount = 0
    public var durationSeconds = 0.0
    /// Share of the codec's tokens that the streams did not keep, of the frames that were decoded.
    public var missingShare = 0.0
    /// Whether part of the input was damaged.
    public var hasDamage = false
    public var notices: [DecoderNotice] = []
  }

  /// Opens the output, once the first header is known; the output has its rate and its coded channels.
  public typealias WriterMaker = (StreamHeader) throws -> AudioWriter

  /// Decodes all streams in the input, one after the other, all in the format of the first.
  ///
  /// - Parameters:
  ///   - source: returns more bytes with each call, none at the end.
  ///   - range: the part of the output that is written; all of it by default. What lies before is read but not decoded,
  ///     what lies behind is not read.
  ///   - notice: called as soon as something is to be said.
  /// - Throws: `BitstreamError` where the input is no stream, or damaged and the settings stop there; `ModelError` where
  ///   the model cannot be found; `VampcError`; and what the closures throw.
  public func decode(
    source: @escaping () throws -> [UInt8], range: TimeRange? = nil, makeWriter: @escaping WriterMaker,
    progress: CodingProgress.Handler? = nil, notice: @escaping (DecoderNotice) -> Void = { _ in }
  ) throws -> Report {
    let run = DecodingRun(self, range, makeWriter, progress, notice)
    return try run.decode(StreamReader(policy: policy, source: source))
  }

  /// Decodes a part of what the input gives, and reads only what that depends on: the first bytes of the records before
  /// it, the blocks themselves and some around them.
  ///
  /// The samples are those that decoding everything gives there. Where the output has another rate than the codec, they
  /// agree to within the rounding of single precision.
  ///
  /// - Throws: as `decode(source:range:makeWriter:progress:notice:)` does.
  public func decode(
    bytes: any RandomAccessBytes, range: TimeRange, makeWriter: @escaping WriterMaker,
    progress: CodingProgress.Handler? = nil, notice: @escaping (DecoderNotice) -> Void = { _ in }
  ) throws -> Report {
    let run = DecodingRun(self, range, makeWriter, progress, notice)
    let seeker = StreamSeeker(bytes: bytes, range: range) { header, output, origin, wanted in
      try StreamSession(
        header, try self.model(for: header), self.settings, output, origin: origin, wanted: wanted
      ).neededFrame
    }
    guard let place = try seeker.place(), place.passedStreamCount > 0 || place.inside != nil else {
      return try run.decode(StreamReader(policy: policy, source: bytes.source(from: 0)))
    }
    return try run.decode(bytes, from: place)
  }

  var policy: DamagePolicy { settings.stopsAtDamage ? .strict : .lenient }

  /// The model that decodes a stream.
  func model(for header: StreamHeader) throws -> Model {
    let model = try findModel(for: header)
    guard model.geometry == header.geometry else { throw VampcError.wrongGeometry(model: model.name) }
    return model
  }

  private func findModel(for header: StreamHeader) throws -> Model {
    if let namedModel {
      if !settings.acceptsOtherCodec, !(try namedModel.decodes(codec: header.codecHash)) {
        let name = (try? library.bundle(codecDigestPrefix: header.codecHash.bytes))?.name
        throw VampcError.wrongCodec(
          stream: [header.codecHash.description, name.map { "(\($0))" }].compactMap { $0 }.joined(separator: " "),
          model: "\(try namedModel.bundle.codecIdentity().digest.shortHex) (\(namedModel.name))")
      }
      return namedModel
    }
    if let model = modelsByCodec[header.codecHash] { return model }
    let bundle = try library.bundle(codecDigestPrefix: header.codecHash.bytes)
    let loaded = modelsByCodec.values.first { $0.bundle.path == bundle.path }
    let model = try loaded ?? Model(bundle, context: context)
    modelsByCodec[header.codecHash] = model
    return model
  }
}
