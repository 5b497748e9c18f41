import Evaluation
import Signal

extension SweepRow {
  /// Creates a row from a coded clip and its measurements.
  ///
  /// - Parameters:
  ///   - clip: Name of the clip.
  ///   - condition: Condition under which the clip was coded.
  ///   - result: Decoded clip with the sizes of its file.
  ///   - measurement: Comparison of the decoded clip with the original.
  ///   - seconds: Length of the clip in seconds.
  ///   - computeSeconds: Wall-clock time of coding and decoding in seconds (``SweepRow/computeSeconds``).
  init(
    clip: String, condition: SweepCondition, _ result: ClipCoder.Result, _ measurement: ClipMeasurement,
    seconds: Double, computeSeconds: Double
  ) {
    var values: [Metric: Double] = [:]
    for metric in Metric.ofClips { values[metric] = measurement.value(of: metric) }
    self.init(
      clip: clip, condition: condition.identifier, outcome: result.outcome, payloadBytes: result.payloadBytes,
      fileBytes: result.fileBytes, seconds: seconds, maskedShare: result.maskedShare, values: values,
      flags: measurement.flags.map(\.rawValue).sorted(), computeSeconds: computeSeconds)
  }
}

extension SweepCondition {
  /// Range of samples that the metrics of a clip cover: the whole clip or, for a prompt `edges` that does not keep the
  /// whole clip, the part between the kept ends.
  func measuredSamples(of audio: AudioBuffer) -> Range<Int> {
    guard prompt == .edges, let promptSeconds else { return 0..<audio.sampleCount }
    let end = Int((promptSeconds / 2 * Double(audio.sampleRateHz)).rounded())
    // If the kept ends cover the whole clip, no generated middle remains, and the whole clip is measured.
    return 2 * end < audio.sampleCount ? end..<audio.sampleCount - end : 0..<audio.sampleCount
  }
}
