import SystemCalls

/// Iterator over the steps of decoding an MPEG stream, in one pass over its bytes.
final class MPEGParser {
  private let stream: ByteStream
  private let scanner: MPEGScanner
  private var timeline: MPEGTimeline
  private var steps: ArraySlice<MPEGStep> = []
  private var hasEnded = false
  /// Folder for the rest of a pipe behind the first gap whose length only the end shows; `nil` where no gap is such.
  private var gapFolder: String?
  /// Tags that have been read so far.
  private(set) var tags: [AudioTag] = []

  /// Creates a parser at the first byte of a stream.
  ///
  /// - Parameters:
  ///   - stream: Input at the first byte of the MPEG stream.
  ///   - end: Byte offset of the end (exclusive) of the MPEG stream; `nil` if it extends to the end of the input.
  ///   - gapFrameCounts: Numbers of lost frames that a survey found, by the byte offset of the frame behind each gap.
  ///   - gapFolder: Folder for a copy of the rest of a pipe that has a gap. A survey of the copy shows how many frames
  ///     the gap took. `nil` for a file.
  init(_ stream: ByteStream, end: Int?, gapFrameCounts: [Int: Int] = [:], gapFolder: String? = nil) {
    self.stream = stream
    self.gapFolder = gapFolder
    scanner = MPEGScanner(stream, end: end)
    timeline = MPEGTimeline(gapFrameCounts: gapFrameCounts)
  }

  /// Creates a parser of the rest of another one's stream that finds the lengths of gaps.
  init(surveying other: MPEGParser, gapFrameCounts: [Int: Int]) {
    stream = other.stream
    scanner = MPEGScanner(copying: other.scanner)
    timeline = other.timeline.correctingGaps(from: gapFrameCounts)
  }

  /// Byte offset of the next byte in the input.
  var byteOffset: Int { stream.position }
  /// Number of samples per channel of the recording in the steps so far, lost samples included.
  var sampleCount: Int { timeline.sampleCount }
  /// Number of samples per channel of the recording before the current file; a stream may consist of joined files.
  var fileSampleStart: Int { timeline.fileSampleStart }
  /// Number of samples per channel that the current file states; `nil` if it states none. A stream may consist of
  /// joined files.
  var statedSampleCount: Int? { timeline.statedSampleCount }
  /// Number of lost frames in each gap, keyed by the byte offset of the frame behind the gap.
  var gapFrameCounts: [Int: Int] { timeline.gapFrameCounts }
  /// Number of bytes of an unpadded frame in free format; `nil` for other streams.
  var freeFrameByteCount: Int? { scanner.freeFrameByteCount }

  /// Returns the next step; `nil` at the end of the stream.
  func next() throws(SystemFailure) -> MPEGStep? {
    while steps.isEmpty, !hasEnded {
      guard let item = try scanner.next() else {
        hasEnded = true
        steps = timeline.finish()[...]
        break
      }
      if case .tag(let found) = item { tags += found }
      steps = timeline.add(item)[...]
      if case .unknown = item, let folder = gapFolder, statedSampleCount != nil {
        gapFolder = nil
        try stream.spool(in: folder)
        timeline.gapFrameCounts = try MPEGSurvey(of: self).gapFrameCounts
      }
    }
    return steps.popFirst()
  }

  /// Returns to a byte offset, from which another parser reads.
  func seek(to byteOffset: Int) throws(SystemFailure) { try stream.seek(to: byteOffset) }
}
