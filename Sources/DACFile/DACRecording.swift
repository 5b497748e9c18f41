public import Tokens

/// What a `.dac` file holds (`formats/dac-file.md`): the codes of a recording and what DAC's tool needs to decode them.
public struct DACRecording: Equatable, Sendable {
  /// One grid for each channel; all of one size.
  public var channels: [TokenGrid]
  /// Of the recording, all channels together, at the codec's rate, as audiotools measures it.
  public var inputLoudnessLUFS: Double
  /// Samples per channel of the recording.
  public var originalSampleCount: Int
  /// Of the recording, not of the codec.
  public var sampleRateHz: Int
  /// Frames that one window gave; at least 1.
  public var windowFrameCount: Int
  /// Whether the recording was encoded in one piece with the model's padding, or in windows without.
  public var isPadded: Bool

  /// - Precondition: there is a channel, and all channels have the same size.
  public init(
    channels: [TokenGrid], inputLoudnessLUFS: Double, originalSampleCount: Int, sampleRateHz: Int,
    windowFrameCount: Int, isPadded: Bool
  ) {
    precondition(
      !channels.isEmpty
        && channels.allSatisfy {
          $0.frameCount == channels[0].frameCount && $0.codebookCount == channels[0].codebookCount
        }, "channels differ in size")
    self.channels = channels
    self.inputLoudnessLUFS = inputLoudnessLUFS
    self.originalSampleCount = originalSampleCount
    self.sampleRateHz = sampleRateHz
    self.windowFrameCount = windowFrameCount
    self.isPadded = isPadded
  }

  public var codebookCount: Int { channels[0].codebookCount }
  public var frameCount: Int { channels[0].frameCount }
  /// The greatest code; `nil` without frames.
  public var greatestCode: Int? { channels.compactMap { $0.tokens.max() }.max().map(Int.init) }
}
