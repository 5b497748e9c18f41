/// Detector of onsets: peaks of the onset strength, moved back to where the rise begins.
///
/// Windows and threshold equal the values of librosa's `onset_detect` (peaks of the strength scaled to 0...1; see its
/// `peak_pick`), given in seconds.
public enum OnsetDetector {
  /// Duration before a peak in which no value is greater.
  private static let maximumBeforeSeconds = 0.03
  /// Durations before and after a peak; the peak must exceed the mean over this segment by at least ``threshold``.
  private static let meanBeforeSeconds = 0.10
  private static let meanAfterSeconds = 0.10
  /// Time after the peak of an onset in which further peaks are not reported.
  private static let waitSeconds = 0.03
  /// Least height of a peak above the mean, for strengths scaled to 0...1.
  private static let threshold: Float = 0.07

  /// Onsets as times in seconds at which the rise towards a peak begins, ascending; none for silence.
  ///
  /// - Precondition: there is at least one channel.
  public static func onsetSeconds(in audio: AudioBuffer) -> [Double] {
    let onsets = OnsetStrength(of: audio)
    guard let top = onsets.values.max(), top > 0 else { return [] }
    let strengths = onsets.values.map { $0 / top }
    func frames(_ seconds: Double) -> Int { max(1, Int((seconds / onsets.hopSeconds).rounded())) }
    let (maximumBefore, wait) = (frames(maximumBeforeSeconds), frames(waitSeconds))
    let (meanBefore, meanAfter) = (frames(meanBeforeSeconds), frames(meanAfterSeconds))
    var times: [Double] = []
    var last: Int?
    for frame in strengths.indices {
      let value = strengths[frame]
      guard value > 0, value == strengths[max(0, frame - maximumBefore)...frame].max(),
        frame + 1 == strengths.count || strengths[frame + 1] <= value
      else { continue }
      let around = strengths[max(0, frame - meanBefore)...min(strengths.count - 1, frame + meanAfter)]
      guard value >= around.reduce(0, +) / Float(around.count) + threshold else { continue }
      if let last, frame - last <= wait { continue }
      last = frame
      times.append(Double(start(ofRiseTo: frame, in: strengths)) * onsets.hopSeconds)
    }
    return times
  }

  /// First frame of the unbroken rise of the onset strength that ends at the frame `peak`.
  private static func start(ofRiseTo peak: Int, in strengths: [Float]) -> Int {
    var frame = peak
    while frame > 0, strengths[frame - 1] < strengths[frame] { frame -= 1 }
    return frame
  }
}
