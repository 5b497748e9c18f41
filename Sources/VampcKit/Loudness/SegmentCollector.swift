import Signal

/// Collector of a few segments of a recording while the recording is read. The segments are spread over a long
/// recording and cover all of a short recording.
struct SegmentCollector {
  private let segmentSampleCount: Int
  /// Number of each segment's first sample, counted from the beginning of the recording.
  private let starts: [Int]
  private var position = 0
  /// Segments collected so far, in order.
  private(set) var segments: [AudioBuffer] = []

  /// Length in seconds of a segment of a long recording: several windows of VampNet. In shorter segments generated
  /// sound has another loudness than in a whole recording.
  private static let segmentSeconds = 10.0
  /// Number of segments of a long recording. Fewer segments misjudge the loudness of recordings whose loudness changes.
  private static let segmentCount = 6

  /// Collector for a recording of the given format.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate of the recording in Hz.
  ///   - sampleCount: Samples per channel of the recording; nil where the number is unknown: the first minute is then
  ///     collected.
  init(sampleRateHz: Int, sampleCount: Int?) {
    let length = Int(Self.segmentSeconds * Double(sampleRateHz))
    let room = (sampleCount ?? 0) - Self.segmentCount * length
    if room > 0 {
      segmentSampleCount = length
      starts = (0..<Self.segmentCount).map { $0 * length + room * $0 / (Self.segmentCount - 1) }
    } else {
      segmentSampleCount = Self.segmentCount * length
      starts = [0]
    }
  }

  /// Adds the next chunk of the recording.
  mutating func add(_ chunk: AudioBuffer) {
    for (index, start) in starts.enumerated() {
      let first = max(start, position)
      let end = min(start + segmentSampleCount, position + chunk.sampleCount)
      guard first < end else { continue }
      if segments.count <= index {
        segments.append(
          AudioBuffer(emptyWithChannelCount: chunk.channelCount, sampleRateHz: chunk.sampleRateHz))
      }
      segments[index].append(chunk.slice(first - position..<end - position))
    }
    position += chunk.sampleCount
  }
}
