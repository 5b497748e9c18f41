import SystemCalls

/// Length of the rest of an MPEG stream and of its gaps, found without decoding.
struct MPEGSurvey {
  /// Number of samples of the recording.
  private(set) var sampleCount = 0
  /// Tags in the rest of the stream.
  private(set) var tags: [AudioTag] = []
  /// Numbers of lost frames, by the byte offset of the frame behind them.
  private(set) var gapFrameCounts: [Int: Int] = [:]

  /// Reads the stream of a parser from its next byte to the end, and goes back.
  init(of parser: MPEGParser) throws(SystemFailure) {
    let start = parser.byteOffset
    // The end of a file corrects the lengths of its gaps, which shifts everything behind them. So a second pass counts
    // again with the corrected lengths.
    for _ in 0..<2 {
      let pass = MPEGParser(surveying: parser, gapFrameCounts: gapFrameCounts)
      var expected: Int?
      var first: MPEGFrameHeader?
      while let step = try pass.next() {
        if case .cutOff(let count) = step { expected = count }
        guard case .begin(let header) = step else { continue }
        if let first, !first.hasSameSamples(as: header) {
          expected = pass.fileSampleStart
          break
        }
        first = header
      }
      let isExact = pass.gapFrameCounts == gapFrameCounts
      sampleCount = expected ?? pass.sampleCount
      (tags, gapFrameCounts) = (pass.tags, pass.gapFrameCounts)
      try parser.seek(to: start)
      if isExact { break }
    }
  }
}
