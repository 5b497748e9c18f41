import SystemCalls

/// Iterator over the steps of decoding an MPEG stream, in one pass over its bytes.
final class MPEGParser {
  private let scanner: MPEGScanner
  private var timeline: MPEGTimeline
  private var steps: ArraySlice<MPEGStep> = []
  private var hasEnded = false
  /// Tags that have been read so far.
  private(set) var tags: [AudioTag] = []

  /// Creates a parser at the first byte of a stream.
  ///
  /// - Parameters:
  ///   - stream: Input at the first byte of the MPEG stream.
  ///   - end: Byte offset of the end (exclusive) of the MPEG stream; `nil` if it extends to the end of the input.
  ///   - gapFrameCounts: Numbers of lost frames that an earlier pass found, by the byte offset of the frame behind each
  ///     gap.
  ///   - correctsGaps: Whether this pass corrects `gapFrameCounts` where a file states its number of frames.
  init(_ stream: ByteStream, end: Int?, gapFrameCounts: [Int: Int], correctsGaps: Bool = false) {
    scanner = MPEGScanner(stream, end: end)
    timeline = MPEGTimeline(gapFrameCounts: gapFrameCounts, correctsGaps: correctsGaps)
  }

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
    }
    return steps.popFirst()
  }
}
