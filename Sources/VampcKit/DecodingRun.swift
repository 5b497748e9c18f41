import AudioIO
import Bitstream
import Tokens

/// One pass through an input: takes what its reader meets and writes what that sounds like.
final class DecodingRun {
  private let decoder: RecordingDecoder
  private let range: TimeRange?
  private let makeWriter: RecordingDecoder.WriterMaker
  private let progress: CodingProgress.Handler?
  private let notice: (DecoderNotice) -> Void

  private var report = RecordingDecoder.Report()
  private var writer: AudioWriter?
  private var output: OutputFormat?
  /// Of the output that everything would give.
  private var wanted = 0..<Int.max
  /// Output of the streams that are over, written or not.
  private var passedSampleCount = 0
  private var passedStreamCount = 0
  /// The stream that is open, and what decodes it once its first frame is known.
  private var header: StreamHeader?
  private var session: StreamSession?
  private var origin = 0
  /// The open stream's beginning that is missing, until the next block tells whether it ever was in this input.
  private var missingBeginning: StreamDamage?
  private var tokenCounts = (kept: 0, all: 0)
  private var firstDamage: BitstreamError?

  /// A gap between blocks that no damage explains is not filled with sound.
  private static let longestGapSeconds = 86_400.0

  init(
    _ decoder: RecordingDecoder, _ range: TimeRange?, _ makeWriter: @escaping RecordingDecoder.WriterMaker,
    _ progress: CodingProgress.Handler?, _ notice: @escaping (DecoderNotice) -> Void
  ) {
    self.decoder = decoder
    self.range = range
    self.makeWriter = makeWriter
    self.progress = progress
    self.notice = notice
  }

  /// Decodes from a place inside the input on.
  func decode(_ bytes: any RandomAccessBytes, from place: StreamSeeker.Place) throws -> RecordingDecoder.Report {
    try open(place.firstHeader)
    report.headers.append(place.firstHeader)
    (passedStreamCount, passedSampleCount) = (place.passedStreamCount, place.passedSampleCount)
    guard let (position, origin, nominalFrameCount) = place.inside else {
      guard place.byteOffset < bytes.byteCount else { throw beyondEnd() }
      return try decode(
        StreamReader(
          policy: decoder.policy, startingAt: place.byteOffset, source: bytes.source(from: place.byteOffset)))
    }
    if passedStreamCount > 0 { begin(position.header) }
    header = position.header
    try beginSession(position.header, origin: origin, nominalFrameCount: nominalFrameCount)
    return try decode(
      StreamReader(policy: decoder.policy, resuming: position, source: bytes.source(from: position.byteOffset)))
  }

  func decode(_ reader: StreamReader) throws -> RecordingDecoder.Report {
    var reader = reader
    while !isComplete, let event = try reader.next() { try accept(event) }
    try end(sampleCount: nil, isCut: isComplete)
    guard let writer, let output else { throw firstDamage ?? VampcError.nothingToDecode }
    if range != nil, !wanted.isEmpty, writer.sampleCount == 0, passedSampleCount <= wanted.lowerBound {
      throw beyondEnd()
    }
    try writer.finish()
    report.sampleCount = writer.sampleCount
    report.durationSeconds = Double(report.sampleCount) / Double(output.sampleRateHz)
    report.missingShare = tokenCounts.all == 0 ? 0 : 1 - Double(tokenCounts.kept) / Double(tokenCounts.all)
    return report
  }

  /// Whether everything wanted has been written.
  private var isComplete: Bool { (writer?.sampleCount ?? 0) >= wanted.count }

  private func beyondEnd() -> VampcError {
    .rangeBeyondEnd(durationSeconds: Double(passedSampleCount) / Double(output?.sampleRateHz ?? 1))
  }

  private func accept(_ event: StreamEvent) throws {
    switch event {
    case .header(let header):
      try end(sampleCount: nil)
      if writer == nil { try open(header) }
      begin(header)
      _ = try decoder.model(for: header)
    case .block(let block): try accept(block)
    case .trailer(let trailer): try end(sampleCount: trailer.sampleCount)
    case .damage(let damage): try accept(damage)
    }
  }

  /// Opens the output for the first stream.
  private func open(_ header: StreamHeader) throws {
    let output = OutputFormat(of: header)
    self.output = output
    let writer = try makeWriter(header)
    if let range {
      wanted = range.samples(atRateHz: output.sampleRateHz)
      writer.begin(atSample: wanted.lowerBound)
    }
    self.writer = writer
  }

  private func begin(_ header: StreamHeader) {
    self.header = header
    report.headers.append(header)
    guard let output, output != OutputFormat(of: header) else { return }
    tell([
      .formatChanges(
        stream: passedStreamCount + 1, sampleRateHz: header.sourceSampleRateHz,
        channelCount: header.codedChannelCount, output: output)
    ])
  }

  private func beginSession(
    _ header: StreamHeader, origin: Int, startsInside: Bool = false, nominalFrameCount: Int? = nil
  ) throws {
    guard let output, let writer else { preconditionFailure("a stream without an output") }
    let start = max(0, wanted.lowerBound - passedSampleCount)
    let end = wanted.upperBound == .max ? .max : max(start, wanted.upperBound - passedSampleCount)
    let begun = try StreamSession(
      header, try decoder.model(for: header), decoder.settings, output, origin: origin, startsInside: startsInside,
      nominalFrameCount: nominalFrameCount, wanted: start..<end)
    // A sparse block lasts minutes: what counts is what comes out.
    begun.advanced = { [progress] in
      try progress?(
        CodingProgress(
          stage: .decoding, doneSeconds: Double(writer.sampleCount) / Double(writer.sampleRateHz), totalSeconds: nil))
    }
    tell(begun.notices)
    self.origin = origin
    session = begun
  }

  private func accept(_ block: StreamBlock) throws {
    guard let header, let writer else { return }
    if session == nil {
      let beginning = missingBeginning
      missingBeginning = nil
      if let beginning, let lost = beginning.lostFrames, LostBeginning.wasHere(lost, beginning, block, header) {
        try beginSession(header, origin: lost.lowerBound)
        try skip(lost, beginning, gainHundredthsDB: block.gainHundredthsDB)
      } else {
        if let beginning { tell(beginning, lost: nil) }
        try beginSession(header, origin: block.firstFrame, startsInside: beginning != nil)
      }
    }
    try session?.decode(block, into: writer)
  }

  private func accept(_ damage: StreamDamage) throws {
    firstDamage = firstDamage ?? damage.reason
    guard let lost = damage.lostFrames, header != nil else { return tell(damage, lost: nil) }
    guard session != nil else {
      missingBeginning = damage
      return
    }
    try skip(lost, damage, gainHundredthsDB: nil)
  }

  private func skip(_ lost: Range<Int>, _ damage: StreamDamage, gainHundredthsDB: Int?) throws {
    guard let session, let writer, let header else { return }
    // What lies before a part of a recording does not matter to it.
    if lost.upperBound > session.neededFrame { tell(damage, lost: lost) }
    guard Double(lost.count) / header.geometry.frameRateHz <= Self.longestGapSeconds else { throw damage.reason }
    let noticeCount = session.notices.count
    try session.skip(lost, gainHundredthsDB: gainHundredthsDB, into: writer)
    tell(Array(session.notices[noticeCount...]))
  }

  /// The open stream is over.
  ///
  /// - Parameter isCut: it goes on, but nobody wants the rest.
  private func end(sampleCount: Int?, isCut: Bool = false) throws {
    guard let header else { return }
    if let missingBeginning {
      origin = 0
      tell(missingBeginning, lost: missingBeginning.lostFrames)
    }
    missingBeginning = nil
    if let session, let writer {
      let noticeCount = session.notices.count
      passedSampleCount += try session.finish(sampleCount: sampleCount, into: writer)
      tell(Array(session.notices[noticeCount...]))
      tokenCounts.kept += session.keptTokenCount
      tokenCounts.all += session.frameCount * header.geometry.codebookCount * header.codedChannelCount
    }
    if sampleCount == nil, !isCut { tell([.lengthUnknown]) }
    passedStreamCount += 1
    self.header = nil
    session = nil
  }

  private func tell(_ notices: [DecoderNotice]) {
    for item in notices { notice(item) }
    report.notices += notices
  }

  /// - Parameter lost: frames of the open stream.
  private func tell(_ damage: StreamDamage, lost: Range<Int>?) {
    report.hasDamage = true
    var lostSeconds: Range<Double>?
    if let lost, let header, let output {
      let begun = Double(passedSampleCount) / Double(output.sampleRateHz)
      func seconds(_ frame: Int) -> Double { begun + Double(frame - origin) / header.geometry.frameRateHz }
      lostSeconds = seconds(lost.lowerBound)..<seconds(lost.upperBound)
    }
    tell([.damage(reason: damage.reason.description, lostSeconds: lostSeconds)])
  }
}
