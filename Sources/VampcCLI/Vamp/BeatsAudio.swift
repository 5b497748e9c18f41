import AudioIO
import Signal

/// Audio as beat tracking needs it: one channel at a low rate, so that an hour takes 320 MB.
enum BeatsAudio {
  private static let sampleRateHz = 22_050
  private static let chunkSampleCount = 65_536

  /// Opens an input whose whole length is needed: damage is an error.
  ///
  /// - Throws: `AudioIOError`.
  static func reader(of input: String) throws -> AudioReader {
    try AudioReader(path: input, temporaryFolder: TemporaryFolder.path, ffmpegPath: FFmpeg.path)
  }

  /// Recording in memory, mixed and resampled, so that its beats are those that `vampc beats` finds.
  ///
  /// - Throws: `SignalError`.
  static func mixed(_ audio: AudioBuffer) throws -> AudioBuffer {
    try Resampler.resample(audio.downmixedToMono(), to: sampleRateHz)
  }

  /// All samples of an input, mixed and resampled.
  ///
  /// - Throws: `AudioIOError`, `SignalError`, `Interrupted`.
  static func read(_ reader: AudioReader) throws -> AudioBuffer {
    let resampler = try Resampler(inputRateHz: reader.sampleRateHz, outputRateHz: sampleRateHz, channelCount: 1)
    var audio = AudioBuffer(emptyWithChannelCount: 1, sampleRateHz: sampleRateHz)
    while let chunk = try reader.read(upTo: chunkSampleCount) {
      try Interruption.shared.check()
      audio.append(try resampler.process(chunk.downmixedToMono()))
    }
    audio.append(try resampler.finish())
    return audio
  }
}
