public import Tokens

/// Content of a `.dac` file (`formats/dac-file.md`): the codes of a recording and the metadata for DAC's tool.
public struct DACRecording: Equatable, Sendable {
  /// Token grids of the channels; all grids have the same size.
  public var channels: [TokenGrid]
  /// Loudness of the recording in LUFS, as audiotools measures it: all channels together, at the codec's sample rate.
  public var inputLoudnessLUFS: Double
  /// Number of samples per channel of the recording, at ``sampleRateHz``.
  public var originalSampleCount: Int
  /// Sample rate of the recording in Hz, which may differ from the codec's sample rate.
  public var sampleRateHz: Int
  /// Number of frames of one window of DAC's encoder, at least 1. For a recording that was encoded as a whole, DAC's
  /// tool writes the number of all frames.
  public var windowFrameCount: Int
  /// Whether the recording was encoded as a whole with padding (true) or in windows without padding (false).
  public var isPadded: Bool

  /// Creates a recording from its codes and metadata.
  ///
  /// - Precondition: there is at least one channel, and all channels have the same size.
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

  /// Number of codebooks of each channel.
  public var codebookCount: Int { channels[0].codebookCount }
  /// Number of frames of each channel.
  public var frameCount: Int { channels[0].frameCount }
  /// Greatest code of all channels; `nil` without frames.
  public var greatestCode: Int? { channels.compactMap { $0.tokens.max() }.max().map(Int.init) }
}
