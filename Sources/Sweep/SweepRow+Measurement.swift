import Evaluation
import Signal

extension SweepRow {
  /// Creates a row from a coded clip and its measurements.
  ///
  /// - Parameter seconds: length of the clip.
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
  /// Range of samples that distances cover: the whole clip, without the kept ends of an `edges` prompt.
  func measuredSamples(of audio: AudioBuffer) -> Range<Int> {
    guard prompt == .edges, let promptSeconds else { return 0..<audio.sampleCount }
    let end = Int((promptSeconds / 2 * Double(audio.sampleRateHz)).rounded())
    // Kept ends that cover the whole clip leave no generated middle to measure.
    return 2 * end < audio.sampleCount ? end..<audio.sampleCount - end : 0..<audio.sampleCount
  }
}
