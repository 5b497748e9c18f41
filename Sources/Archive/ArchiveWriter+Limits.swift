public import Bitstream

/// Checks that an archive can store a recording.
extension ArchiveWriter {
  /// Checks that an archive can store consecutive streams of one input, each as a recording.
  ///
  /// - Parameters:
  ///   - streams: Summaries of the streams of one input, in order.
  ///   - start: Start of the first recording; each further recording starts at the end of the previous one.
  /// - Throws: `ArchiveError.badTime`; `BitstreamError.outOfRange` for a block that ends behind frame 2⁴⁸.
  public static func requireStorable(_ streams: [StreamSummary], from start: ArchiveTime) throws {
    var start = start
    for stream in streams {
      try requireStorable(start)
      if stream.frames.upperBound > StreamLimits.frameNumber {
        throw error(ofFramesEndingAt: stream.frames.upperBound, byteOffset: 0)
      }
      start =
        ArchivedRecording(
          name: "", start: start, byteRange: 0..<0, sampleCount: stream.trailer.sampleCount,
          sampleRateHz: stream.header.sourceSampleRateHz, state: .complete
        ).end
    }
  }

  /// Checks that an archive can store a start time.
  ///
  /// - Throws: `ArchiveError.badTime`.
  static func requireStorable(_ start: ArchiveTime) throws {
    guard ArchiveLimits.startMicroseconds.contains(start.microseconds),
      ArchiveLimits.utcOffsetMinutes.contains(start.utcOffsetMinutes)
    else { throw ArchiveError.badTime }
  }

  /// Returns the error of a block that ends behind frame 2⁴⁸, which no trailer can state.
  static func error(ofFramesEndingAt end: Int, byteOffset: Int) -> BitstreamError {
    .outOfRange(field: "end frame", value: end, allowed: 0...StreamLimits.frameNumber, byteOffset: byteOffset)
  }
}
