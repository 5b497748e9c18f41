import AudioIO
import Signal

/// Audio as beat tracking needs it: one channel at a low rate, so that an hour takes 320 MB.
enum BeatsAudio {
  private static let sampleRateHz = 22_050
  private static let chunkSampleCount = 65_536

  /// Opens an input; reading throws at damage, because the whole length is needed. `-` is standard input.
  ///
  /// - Throws: `AudioIOError`.
  static func reader(of input: String) throws -> AudioReader {
    try AudioReader(path: input, temporaryFolder: TemporaryFolder.path, ffmpegPath: FFmpeg.path)
  }

  /// Recording in memory, mixed to one channel and resampled as for `vampc beats`, so that both find the same beats.
  ///
  /// - Throws: `SignalError`.
  static func mixed(_ audio: AudioBuffer) throws -> AudioBuffer {
    try Resampler.resample(audio.downmixedToMono(), to: sampleRateHz)
  }

  /// All samples of an input, mixed to one channel and resampled.
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
