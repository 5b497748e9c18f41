import Bitstream
import Signal
import Tokens

/// Decoder of all streams of an input into one output.
final class InputDecoding {
  private let models: ModelResolver
  private let settings: DecoderSettings
  private let journal: DecodingJournal
  private var target: DecodingTarget
  private var interpreter = StreamInterpreter()
  private var stream: OpenStream?
  private var meter: DecodingMeter

  /// Stream that is being decoded, from its header to its end.
  private struct OpenStream {
    let header: StreamHeader
    /// Number of frames in the stream's first block, if decoding begins at a place that `StreamSeeker` found inside the
    /// stream; nil if decoding begins with the stream's header.
    var nominalFrameCount: Int?
    /// Absolute number of the stream's first frame; 0 until this number is known.
    var origin = 0
    /// Decoder of the stream; nil until the stream's first frame is known.
    var decoding: StreamDecoding?
  }

  init(_ models: ModelResolver, _ settings: DecoderSettings, target: DecodingTarget, journal: DecodingJournal) {
    self.models = models
    self.settings = settings
    self.target = target
    self.journal = journal
    meter = DecodingMeter(budget: settings.budget)
  }

  /// Decodes the streams that `reader` finds, until all wanted samples are written.
  ///
  /// - Throws: errors of the reader; ``DecodingBudgetError``; errors of `ModelResolver.model(for:)` and of
  ///   `DecodingChain`; the first damage or `VampcError.nothingToDecode` where the input has no stream;
  ///   `VampcError.rangeBeyondEnd`.
  func decode(_ reader: StreamReader) throws -> DecodingReport {
    var reader = reader
    while !target.isComplete, let event = try reader.next() {
      if case .damage(let damage) = event { journal.firstDamage = journal.firstDamage ?? damage.reason }
      try count(event, streamByteCount: reader.statistics.byteCount)
      for step in interpreter.steps(for: event) { try perform(step) }
    }
    let isCut = target.isComplete
    for step in interpreter.end(sampleCount: nil) { try perform(step, isCut: isCut) }
    guard let output = target.output else { throw journal.firstDamage ?? VampcError.nothingToDecode }
    if target.isBeyondEnd { throw target.beyondEnd }
    try output.finish()
    return journal.report(sampleCount: output.sampleCount, sampleRateHz: output.sampleRateHz)
  }

  /// Counts the sound and the bytes of a block against the budget, and begins a new count of bytes with each header.
  ///
  /// - Throws: ``DecodingBudgetError``.
  private func count(_ event: StreamEvent, streamByteCount: Int) throws {
    switch event {
    case .header: meter.beginStream()
    case .block(let block):
      if let header = stream?.header { try meter.add(block, of: header, streamByteCount: streamByteCount) }
    case .trailer, .damage: break
    }
  }

  /// Decodes a file from a place inside it, in front of the wanted segment.
  ///
  /// - Throws: same errors as `decode(_:)`.
  func decode(_ bytes: any RandomAccessBytes, from place: StreamSeeker.Place) throws -> DecodingReport {
    try settings.budget.check(place.firstHeader)
    try target.open(place.firstHeader)
    journal.headers.append(place.firstHeader)
    target.pass(streamCount: place.passedStreamCount, sampleCount: place.passedSampleCount)
    guard let inside = place.inside else {
      guard place.byteOffset < bytes.byteCount else { throw target.beyondEnd }
      return try decode(
        StreamReader(
          policy: settings.damagePolicy, startingAt: place.byteOffset, source: bytes.source(from: place.byteOffset)))
    }
    let header = inside.position.header
    try settings.budget.check(header)
    if place.passedStreamCount > 0 { announce(header) }
    interpreter = StreamInterpreter(inside: header)
    stream = OpenStream(header: header, nominalFrameCount: inside.nominalFrameCount)
    try start(frame: inside.originFrame, isCutOff: false)
    return try decode(
      StreamReader(
        policy: settings.damagePolicy, resuming: inside.position, source: bytes.source(from: inside.position.byteOffset)
      ))
  }

  /// Performs one step of a stream.
  ///
  /// - Parameter isCut: Whether decoding ends before the end of the input, because all wanted samples are written.
  private func perform(_ step: StreamStep, isCut: Bool = false) throws {
    switch step {
    case .header(let header):
      try settings.budget.check(header)
      if target.output == nil { try target.open(header) }
      announce(header)
      stream = OpenStream(header: header)
      _ = try models.model(for: header)
    case .start(let frame, let absentFrameCount): try start(frame: frame, isCutOff: absentFrameCount != nil)
    case .block(let block):
      let decoding = openDecoding
      try decoding.append(block)
      journal.tell(decoding.takeNotices())
    case .lost(let frames, let damage, let next): try lose(frames, damage, next: next)
    case .damage(let damage, let lost): tell(damage, lost: lost)
    case .end(let sampleCount): try end(sampleCount: sampleCount, isCut: isCut)
    }
  }

  private func announce(_ header: StreamHeader) {
    journal.headers.append(header)
    guard let format = target.format, format != OutputFormat(of: header) else { return }
    journal.tell([
      .formatChanges(
        stream: target.passedStreamCount + 1, sampleRateHz: header.sourceSampleRateHz,
        channelCount: header.codedChannelCount, output: format)
    ])
  }

  private func start(frame: Int, isCutOff: Bool) throws {
    guard let stream else { preconditionFailure("a first frame without a stream") }
    let model = try models.model(for: stream.header)
    let format = target.openFormat
    let plan = DecodePlan(
      stream.header, format, origin: frame, startsInside: isCutOff, wanted: target.wantedOfOpenStream,
      dependencies: FrameDependencies(model, settings.fill))
    let decoding = try StreamDecoding(
      stream.header, model, settings, plan: plan, nominalFrameCount: stream.nominalFrameCount, format: format,
      output: target.trimmed(plan))
    self.stream?.origin = frame
    self.stream?.decoding = decoding
    journal.tell(decoding.takeNotices())
  }

  /// Decoder of the open stream, which the interpreter has started.
  private var openDecoding: StreamDecoding {
    guard let decoding = stream?.decoding else { preconditionFailure("frames before the first frame is known") }
    return decoding
  }

  private func lose(_ frames: Range<Int>, _ damage: StreamDamage, next: StreamBlock?) throws {
    let decoding = openDecoding
    if let header = stream?.header { try meter.addLost(frames, of: header) }
    // Lost frames in front of the needed frames do not change the wanted samples.
    if frames.upperBound > decoding.plan.neededFrame { tell(damage, lost: frames) }
    try decoding.appendLost(frames, gain: next?.gain)
    journal.tell(decoding.takeNotices())
  }

  private func end(sampleCount: Int?, isCut: Bool) throws {
    guard let ended = stream else { preconditionFailure("the end of no stream") }
    var length = 0
    if let decoding = ended.decoding {
      length = try decoding.finish(sampleCount: sampleCount)
      journal.tell(decoding.takeNotices())
      journal.count(decoding.tally, of: ended.header)
    }
    if sampleCount == nil, !isCut { journal.tell([.lengthUnknown]) }
    target.pass(streamCount: 1, sampleCount: length)
    stream = nil
  }

  /// Reports damage as a notice.
  ///
  /// - Parameter lost: Absolute numbers of the lost frames of the open stream; nil where no frames are known to be
  ///   lost.
  private func tell(_ damage: StreamDamage, lost: Range<Int>?) {
    var lostSeconds: Range<Double>?
    if let lost, let stream, let begun = target.passedSeconds {
      func seconds(_ frame: Int) -> Double {
        begun + Double(frame - stream.origin) / stream.header.geometry.frameRateHz
      }
      lostSeconds = seconds(lost.lowerBound)..<seconds(lost.upperBound)
    }
    journal.hasDamage = true
    journal.tell([.damage(reason: damage.reason.description, lostSeconds: lostSeconds)])
  }
}
