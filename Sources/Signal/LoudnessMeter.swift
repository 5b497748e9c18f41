import Tokens

/// Streaming meter of integrated loudness (ITU-R BS.1770-4) and sample peak.
///
/// Audio shorter than ``shortestSeconds`` is padded with zeros to that duration, as audiotools does. If no part of the
/// audio reaches the absolute gate of −70 LUFS, a gate of −130 LUFS replaces this gate. Soft audio therefore has a
/// loudness, too.
///
/// Memory is constant: libebur128's histogram of 1 000 bins of 0.1 LU holds the gating blocks. The histogram costs at
/// most 0.05 LU of accuracy.
///
/// The number of channels determines their layout: 4 is L R Ls Rs, 5 is L R C Ls Rs, 6 is L R C LFE Ls Rs. Surround
/// channels weigh 1.5 dB more, and LFE does not count. All channels weigh the same for other numbers.
public final class LoudnessMeter {
  /// Channel counts that a meter supports.
  public static let supportedChannelCounts = 1...64
  /// Duration to which shorter audio is padded with zeros (audiotools 0.7.2, `core/loudness.py`).
  public static let shortestSeconds = 0.5
  /// Loudness in LUFS below which audio counts as digital silence.
  static let lowestLUFS = -130.0
  /// Amplification in dB of the second measurement, which moves the absolute gate from −70 LUFS to ``lowestLUFS``.
  private static let softGainDB = 60.0

  /// Number of channels of the measured audio.
  public let channelCount: Int
  /// Sample rate of the measured audio in Hz.
  public let sampleRateHz: Int
  /// Number of samples per channel that were measured so far.
  public private(set) var sampleCount = 0
  /// Largest absolute sample that was measured so far.
  public private(set) var samplePeak: Float = 0

  private let state: EBUR128State
  /// Measurement of the amplified audio; nil once a gating block has passed the absolute gate.
  private var softState: EBUR128State?
  /// First ``shortestSeconds`` of the audio, which are measured again with padding if the audio is shorter.
  private var beginning: AudioBuffer
  private let shortestSampleCount: Int

  /// Meter for audio of the given format.
  ///
  /// - Throws: ``SignalError`` for a channel count or sample rate that libebur128 does not support, or for lack of
  ///   memory.
  public init(channelCount: Int, sampleRateHz: Int) throws {
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    state = try EBUR128State(channelCount: channelCount, sampleRateHz: sampleRateHz, mode: .integrated)
    softState = try EBUR128State(channelCount: channelCount, sampleRateHz: sampleRateHz, mode: .integrated)
    beginning = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
    shortestSampleCount = Int((Self.shortestSeconds * Double(sampleRateHz)).rounded(.up))
  }

  /// Measures the next chunk of audio.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the meter's channel count and sample rate, or if libebur128
  ///   fails.
  public func add(_ chunk: AudioBuffer) throws {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    if sampleCount < shortestSampleCount {
      beginning.append(chunk.slice(0..<min(chunk.sampleCount, shortestSampleCount - sampleCount)))
    }
    try measure(chunk)
    sampleCount += chunk.sampleCount
    samplePeak = max(samplePeak, chunk.samplePeak)
  }

  /// Integrated loudness of all audio so far in LUFS; `nil` for digital silence, below −130 LUFS and before the first
  /// sample.
  public var integratedLoudnessLUFS: Double? {
    guard sampleCount > 0, sampleCount < shortestSampleCount else { return measuredLoudnessLUFS }
    // The padded audio has the same format, so only a lack of memory can make its meter fail.
    return try? paddedLoudnessLUFS()
  }

  private func paddedLoudnessLUFS() throws -> Double? {
    let padded = try LoudnessMeter(channelCount: channelCount, sampleRateHz: sampleRateHz)
    try padded.measure(beginning)
    let silence = [Float](repeating: 0, count: shortestSampleCount - sampleCount)
    try padded.measure(
      AudioBuffer(channels: Array(repeating: silence, count: channelCount), sampleRateHz: sampleRateHz))
    return padded.measuredLoudnessLUFS
  }

  private func measure(_ chunk: AudioBuffer) throws {
    try state.add(chunk, range: 0..<chunk.sampleCount)
    guard let softState else { return }
    guard state.integratedLoudness == nil else {
      self.softState = nil
      return
    }
    var amplified = chunk
    Gain(decibels: Self.softGainDB).apply(to: &amplified)
    try softState.add(amplified, range: 0..<amplified.sampleCount)
  }

  private var measuredLoudnessLUFS: Double? {
    state.integratedLoudness ?? softState?.integratedLoudness.map { $0 - Self.softGainDB }
  }
}
