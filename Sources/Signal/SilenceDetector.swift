/// Streaming detector of digital silence: runs of samples that are 0 in all channels.
///
/// Samples up to ``largestSilentSample`` count as 0: resamplers and decoders leave residues of this size. Where a
/// constant offset will be removed, runs of any constant value count as silent: the offset of a recording shows in its
/// silence, not in its first sample.
public struct SilenceDetector: Sendable {
  /// Largest absolute value of a silent sample, −120 dB relative to full scale: a thirtieth of a 16-bit step.
  public static let largestSilentSample: Float = 1e-6
  /// Length in seconds of the shortest run that is returned. Shorter runs are part of soft audio.
  static let shortestSeconds = 0.01

  private let shortestSampleCount: Int
  private let ignoresOffset: Bool
  /// Value of each channel that counts as silent: 0, or the offset in the run being read; empty before the first
  /// sample.
  private var levels: [Float] = []
  private var sampleCount = 0
  /// First sample of the run that is being read; nil where no run is being read.
  private var runStart: Int?
  /// First sample of the run being read that ``takeRuns()`` has not returned yet.
  private var untakenStart = 0
  private var runs: [Range<Int>] = []

  /// Detector for a new recording.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  ///   - ignoresOffset: Whether runs of any constant value count as silent; false accepts only runs of 0.
  public init(sampleRateHz: Int, ignoresOffset: Bool = false) {
    self.ignoresOffset = ignoresOffset
    shortestSampleCount = max(1, Int((Self.shortestSeconds * Double(sampleRateHz)).rounded(.up)))
  }

  /// Examines the next chunk of audio; ``takeRuns()`` returns the silence that was found.
  public mutating func add(_ chunk: AudioBuffer) {
    if levels.isEmpty { levels = chunk.channels.map { _ in 0 } }
    for index in 0..<chunk.sampleCount {
      var isSilent = true
      for (channel, samples) in chunk.channels.enumerated()
      where abs(samples[index] - levels[channel]) > Self.largestSilentSample { isSilent = false }
      if !isSilent {
        if runStart != nil { endRun(at: sampleCount + index) }
        runStart = nil
        guard ignoresOffset else { continue }
        // Each sample may be the first of a constant run.
        for (channel, samples) in chunk.channels.enumerated() {
          levels[channel] = abs(samples[index]) > Self.largestSilentSample ? samples[index] : 0
        }
      }
      if runStart == nil {
        runStart = sampleCount + index
        untakenStart = sampleCount + index
      }
    }
    sampleCount += chunk.sampleCount
  }

  /// Silent runs since the last call, as ranges of samples, counted from 0 at the first sample of the recording. An
  /// unfinished run of at least 10 ms is returned as far as it has been read; a later call returns the continuation.
  public mutating func takeRuns() -> [Range<Int>] {
    if runStart != nil { endRun(at: sampleCount) }
    defer { runs.removeAll() }
    return runs
  }

  private mutating func endRun(at end: Int) {
    guard let runStart, end - runStart >= shortestSampleCount, untakenStart < end else { return }
    runs.append(untakenStart..<end)
    untakenStart = end
  }
}
