import DAC
import DACFile
import Kernels
import ModelStore
import Signal

/// Comparison of a codec with a `.dac` file: whether the codec can decode the file, and whether the codec probably made
/// the file (`formats/dac-file.md`, sections 4 and 7).
struct DACFileFit {
  private let configuration: CodecConfiguration
  private let recording: DACRecording

  init(_ configuration: CodecConfiguration, _ recording: DACRecording) {
    self.configuration = configuration
    self.recording = recording
  }

  /// Reason why the codec cannot decode the file; nil where the codec can decode the file.
  var fault: String? {
    guard configuration.kind == .dac else { return "it is a \(configuration.kind.rawValue), not a DAC" }
    guard recording.codebookCount <= configuration.codebookCount else {
      return "it has \(configuration.codebookCount) codebooks, the file \(recording.codebookCount)"
    }
    if let code = recording.greatestCode, code >= configuration.codebookSize {
      return "its codebooks have \(configuration.codebookSize) entries, the file has the code \(code)"
    }
    guard let decoded = decodedSampleCount else {
      return "nothing comes out of windows of \(recording.windowFrameCount) frames"
    }
    guard recording.originalSampleCount <= decoded + samplesAtSource(configuration.hopLength) else {
      return "the codes decode to \(decoded) samples, the recording has \(recording.originalSampleCount)"
    }
    return nil
  }

  /// Reason why the codec cannot have made the file: the ``fault``, or more codes than this codec's encoder gives for
  /// the length of the recording. Nil where the codec may have made the file.
  var mismatch: String? {
    if let fault { return fault }
    guard let decoded = decodedSampleCount else { return nil }
    let lengths = CodecLengths(configuration)
    let slack =
      recording.isPadded
      ? 2 * configuration.hopLength
      : lengths.decodedSampleCount(forFrameCount: windowFrameCount, edges: .bare)
    guard decoded - recording.originalSampleCount >= samplesAtSource(slack) else { return nil }
    return "the codes decode to \(decoded) samples, the recording has \(recording.originalSampleCount)"
  }

  /// Number of frames of a window, at most the number of frames of the file.
  var windowFrameCount: Int { min(recording.windowFrameCount, max(1, recording.frameCount)) }

  /// Number of samples per channel to which the file decodes, at the recording's rate; nil where a window gives no
  /// samples.
  private var decodedSampleCount: Int? {
    let lengths = CodecLengths(configuration)
    let windows = recording.frameCount.quotientAndRemainder(dividingBy: windowFrameCount)
    var count = 0
    for (frameCount, times) in [(windowFrameCount, windows.quotient), (windows.remainder, 1)]
    where frameCount > 0 && times > 0 {
      let samples = lengths.decodedSampleCount(
        forFrameCount: frameCount, edges: recording.isPadded ? .padded : .bare)
      guard samples > 0 else { return nil }
      count += times * samples
    }
    return samplesAtSource(count)
  }

  private func samplesAtSource(_ count: Int) -> Int {
    JuliusResampler.outputCount(
      forInputCount: count, inputRateHz: configuration.sampleRateHz, outputRateHz: recording.sampleRateHz)
  }
}
