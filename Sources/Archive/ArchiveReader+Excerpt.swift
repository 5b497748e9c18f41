import Bitstream
import Tokens

extension ArchiveReader {
  /// Writes the blocks of a recording that cover a span of time as an excerpt: a stream with a trailer of its own and
  /// unchanged frame numbers. After lost blocks a new stream begins. Of the ancillary records only silence records are
  /// kept. If no block covers the span, no bytes are written.
  ///
  /// Frames advance evenly in time, so interpolation finds the first block. The search usually reads a few times the
  /// size of a block, however long the recording is.
  ///
  /// - Parameters:
  ///   - recording: Recording as a `RecordingCursor`, `recording(named:)` or `unfinished()` of this reader returned it.
  ///   - span: Span of time in microseconds since 1970-01-01T00:00:00Z.
  ///   - write: Closure that takes the bytes of the excerpt in order.
  /// - Returns: Counts of the excerpt, and the damage in the bytes that were read.
  /// - Throws: The same errors as `extract(_:write:)`.
  public func excerpt(
    of recording: ArchivedRecording, in span: Range<Int>, write: ([UInt8]) throws -> Void
  ) throws -> ArchiveExtraction {
    let stream = try streamByteRange(of: recording)
    guard let beginning = try StreamBeginning(of: stream, in: bytes) else { return .nothing(of: stream) }
    let search = BlockSearch(bytes, stream, beginning)
    let start = recording.start.microseconds
    let longest = RunReference.longestSpan
    func frame(_ microseconds: Int, roundingUp: Bool) -> Int {
      let elapsed = min(max(0, microseconds.clamped(to: start - longest...start + longest) - start), longest)
      let geometry = beginning.header.geometry
      let frames = scaled(
        elapsed, times: geometry.sampleRateHz, over: geometry.hopLength * 1_000_000, roundingUp: roundingUp)
      return beginning.firstFrame + min(frames, StreamLimits.frameNumber)
    }
    let first = frame(span.lowerBound, roundingUp: false)
    let end = frame(span.upperBound, roundingUp: true)
    let geometry = beginning.header.geometry
    let wholeFrameCount = scaled(
      recording.sampleCount, times: geometry.sampleRateHz,
      over: geometry.hopLength * recording.sampleRateHz, roundingUp: true)
    let offset = try search.offset(ofFrame: first, endFrame: beginning.firstFrame + wholeFrameCount)
    var writer = ExcerptWriter(beginning)
    var records = RecordSearch(bytes, offset..<stream.upperBound, chunkByteCount: search.chunkByteCount)
    var silence = WaitingSilence()
    while let record = try records.next() {
      if let gap = records.gap { writer.note(gap.reason, gap.byteRange) }
      guard !record.isOfArchive, !silence.accept(record) else { continue }
      let parsed: StreamRecord
      do {
        parsed = try StreamRecord(record, current: beginning.header)
      } catch let error as BitstreamError {
        if record.ancillaryType == nil { writer.note(error, record.byteRange) }
        continue
      }
      if var block = parsed.block {
        silence.move(to: &block, header: beginning.header)
        guard block.firstFrame < end else { break }
        if block.frames.upperBound > first { try write(try writer.append(block, at: record.byteRange)) }
      }
      if let trailer = parsed.trailer {
        writer.end(trailer)
        break
      }
    }
    if let gap = records.gap { writer.note(gap.reason, gap.byteRange) }
    try write(try writer.finish())
    return writer.result
  }
}

extension Int {
  func clamped(to range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
