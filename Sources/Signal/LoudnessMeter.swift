/// Streaming meter of integrated loudness (ITU-R BS.1770-4) and sample peak.
///
/// Memory is constant: libebur128's histogram of 1 000 bins of 0.1 LU holds the gating blocks. The histogram costs at
/// most 0.05 LU of accuracy.
///
/// The number of channels determines their layout: 4 is L R Ls Rs, 5 is L R C Ls Rs, 6 is L R C LFE Ls Rs. Surround
/// channels weigh 1.5 dB more, and LFE does not count. All channels weigh the same for other numbers.
public final class LoudnessMeter {
  /// Channel counts that a meter supports.
  public static let supportedChannelCounts = 1...64
  /// Shortest duration with a loudness: one gating block of ITU-R BS.1770-4.
  public static let shortestMeasurableSeconds = 0.4

  /// Number of channels.
  public let channelCount: Int
  /// Sample rate in Hz.
  public let sampleRateHz: Int
  /// Number of samples per channel so far.
  public private(set) var sampleCount = 0
  /// Largest absolute sample so far.
  public private(set) var samplePeak: Float = 0

  private var state: EBUR128State

  /// Meter for audio of the given format.
  ///
  /// - Throws: ``SignalError`` for a channel count or sample rate that libebur128 does not support.
  public init(channelCount: Int, sampleRateHz: Int) throws {
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    state = try EBUR128State(
      channelCount: channelCount, sampleRateHz: sampleRateHz, mode: .integrated)
  }

  /// Measures the next chunk of audio.
  ///
  /// - Throws: ``SignalError`` if the chunk has another format.
  public func add(_ chunk: AudioBuffer) throws {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    try state.add(chunk, range: 0..<chunk.sampleCount)
    sampleCount += chunk.sampleCount
    samplePeak = max(samplePeak, chunk.samplePeak)
  }

  /// Integrated loudness of all audio so far in LUFS; `nil` below 400 ms and if all audio is below −70 LUFS.
  public var integratedLoudnessLUFS: Double? {
    guard Double(sampleCount) >= Self.shortestMeasurableSeconds * Double(sampleRateHz) else { return nil }
    return state.integratedLoudness
  }
}
