public import AudioIO
public import Bitstream
import DAC
public import Kernels
public import ModelStore
import Tokens

/// Decodes streams: bytes in, audio out. The stream says which model it needs; a library finds it.
public final class RecordingDecoder {
  public let settings: DecoderSettings
  private let library: ModelLibrary
  private let namedModel: Model?
  private let context: ComputeContext
  private var loadedModels: [Model] = []

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
    public var headers: [StreamHeader] = []
    public var sampleCount = 0
    public var durationSeconds = 0.0
    /// Share of the codec's tokens that the streams did not keep.
    public var missingShare = 0.0
    /// Whether part of the input was damaged.
    public var hasDamage = false
    public var notices: [DecoderNotice] = []
  }

  /// A gap between blocks that no damage explains is not filled with sound.
  private static let longestGapSeconds = 86_400.0

  /// Decodes all streams in the input, one after the other.
  ///
  /// - Parameters:
  ///   - source: returns more bytes with each call, none at the end.
  ///   - makeWriter: opens the output, once the first header is known.
  ///   - notice: called as soon as something is to be said.
  /// - Throws: `BitstreamError` where the input is no stream, or damaged and the settings stop there; `ModelError` where
  ///   the model cannot be found; `VampcError`; and what the closures throw.
  public func decode(
    source: @escaping () throws -> [UInt8], makeWriter: (StreamHeader) throws -> AudioWriter,
    progress: Progress.Handler? = nil, notice: (DecoderNotice) -> Void = { _ in }
  ) throws -> Report {
    var reader = StreamReader(policy: settings.stopsAtDamage ? .strict : .lenient, source: source)
    var report = Report()
    var writer: AudioWriter?
    var session: StreamSession?
    var tokenCounts = (kept: 0, all: 0)
    var firstDamage: BitstreamError?

    func tell(_ notices: [DecoderNotice]) {
      for item in notices { notice(item) }
      report.notices += notices
    }
    func end(sampleCount: Int?) throws {
      guard let ended = session, let writer, let header = report.headers.last else { return }
      let noticeCount = ended.notices.count
      report.sampleCount += try ended.finish(sampleCount: sampleCount, into: writer)
      tell(Array(ended.notices[noticeCount...]))
      if sampleCount == nil { tell([.lengthUnknown]) }
      tokenCounts.kept += ended.keptTokenCount
      tokenCounts.all += ended.frameCount * header.geometry.codebookCount * header.codedChannelCount
      session = nil
    }

    while let event = try reader.next() {
      switch event {
      case .header(let header):
        try end(sampleCount: nil)
        if let first = report.headers.first,
          first.sourceSampleRateHz != header.sourceSampleRateHz || first.codedChannelCount != header.codedChannelCount
        {
          throw VampcError.formatChanges(at: report.headers.count)
        }
        let started = try StreamSession(header, try model(for: header), settings)
        let output = try writer ?? makeWriter(header)
        writer = output
        // A sparse block lasts minutes: what counts is what comes out.
        started.advanced = {
          try progress?(
            Progress(
              stage: .decoding, doneSeconds: Double(output.sampleCount) / Double(output.sampleRateHz),
              totalSeconds: nil))
        }
        report.headers.append(header)
        tell(started.notices)
        session = started
      case .block(let block):
        guard let session, let writer else { continue }
        try session.decode(block, into: writer)
      case .trailer(let trailer):
        try end(sampleCount: trailer.sampleCount)
      case .damage(let damage):
        report.hasDamage = true
        firstDamage = firstDamage ?? damage.reason
        let rate = report.headers.last?.geometry.frameRateHz ?? 1
        let lostSeconds = damage.lostFrames.map { Double($0.lowerBound) / rate..<Double($0.upperBound) / rate }
        tell([.damage(reason: damage.reason.description, lostSeconds: lostSeconds)])
        // A stream that is joined in the middle begins there.
        guard let lost = damage.lostFrames, lost.lowerBound > 0, let session, let writer else { continue }
        guard Double(lost.count) / rate <= Self.longestGapSeconds else { throw damage.reason }
        try session.skip(lost, into: writer)
      }
    }
    try end(sampleCount: nil)
    guard let writer, let header = report.headers.first else { throw firstDamage ?? VampcError.nothingToDecode }
    try writer.finish()
    report.durationSeconds = Double(report.sampleCount) / Double(header.sourceSampleRateHz)
    report.missingShare = tokenCounts.all == 0 ? 0 : 1 - Double(tokenCounts.kept) / Double(tokenCounts.all)
    return report
  }

  private func model(for header: StreamHeader) throws -> Model {
    let model = try findModel(for: header)
    guard model.geometry == header.geometry else { throw VampcError.wrongGeometry(model: model.name) }
    return model
  }

  private func findModel(for header: StreamHeader) throws -> Model {
    if let namedModel {
      if !settings.acceptsOtherCodec, !(try namedModel.matches(codec: header.codecHash)) {
        let name = (try? library.bundle(codecDigestPrefix: header.codecHash.bytes))?.name
        throw VampcError.wrongCodec(
          stream: [header.codecHash.description, name.map { "(\($0))" }].compactMap { $0 }.joined(separator: " "),
          model: "\(try namedModel.bundle.codecIdentity().digest.shortHex) (\(namedModel.name))")
      }
      return namedModel
    }
    for model in loadedModels where try model.matches(codec: header.codecHash) { return model }
    let model = try Model(try library.bundle(codecDigestPrefix: header.codecHash.bytes), context: context)
    loadedModels.append(model)
    return model
  }
}
