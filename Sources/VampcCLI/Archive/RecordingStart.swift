import Archive
import AudioIO
import Bitstream

/// Start of a recording that is appended without `--start`.
struct RecordingStart {
  /// Time of the first sample.
  let time: ArchiveTime

  /// Start that a Broadcast Wave file states, if an archive can store this time. Otherwise a file starts at the time of
  /// its end minus its duration, or at the time of its end if the duration is impossibly long, and a pipe starts now.
  ///
  /// - Parameters:
  ///   - input: Audio or streams to append.
  ///   - summaries: Summaries of the streams in a file of streams; empty for other inputs.
  ///   - end: Time of a file's last change, which counts as the end of its recording; nil for a pipe.
  /// - Throws: `Interrupted`, and the error of going back to the beginning of a file whose length had to be counted.
  init(of input: ArchiveInput, _ summaries: [StreamSummary], endingAt end: ArchiveTime?) throws {
    if case .audio(let reader) = input, let origin = reader.broadcastOrigin, let stated = ArchiveTime(origin) {
      time = stated
      return
    }
    guard let end else {
      time = .now
      return
    }
    let start: ArchiveTime =
      switch input {
      case .audio(let reader):
        end.subtracting(sampleCount: try Self.sampleCount(of: reader), rateHz: reader.sampleRateHz)
      case .stream:
        summaries.reduce(end) {
          $0.subtracting(sampleCount: $1.trailer.sampleCount, rateHz: $1.header.sourceSampleRateHz)
        }
      }
    // A header may state more samples than there can be.
    time = ArchiveLimits.startMicroseconds.contains(start.microseconds) ? start : end
  }

  /// Number of samples per channel of an input. A file whose header does not state the number is read to its end, or to
  /// its first damage, and rewound.
  ///
  /// - Throws: `Interrupted`; `AudioIOError` where the file cannot be rewound.
  private static func sampleCount(of reader: AudioReader) throws -> Int {
    if let count = reader.sampleCount { return count }
    while (try? reader.read(upTo: 65_536)) != nil { try Interruption.shared.check() }
    let count = reader.samplePosition
    try reader.rewind()
    return count
  }
}
