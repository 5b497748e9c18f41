import AudioIO
import OpusBaseline
import Signal
import Sweep

/// Audio of one clip under one condition, coded for the page, with its spectrogram.
struct ListeningMaterial: Sendable {
  var clip: String
  var condition: String
  var seconds: Double
  /// Bytes of an Ogg Opus file.
  var sound: [UInt8]
  /// Bytes of a PNG file: the spectrogram.
  var picture: [UInt8]

  /// Reads the first channel of an audio file and codes the samples for the page.
  ///
  /// - Parameters:
  ///   - file: Path of the audio file.
  ///   - clip: Name of the clip.
  ///   - condition: Identifier of the condition.
  ///   - bitrateBps: Requested bitrate of the Opus file in bit/s.
  /// - Returns: Audio and spectrogram of the file; nil for a file without samples.
  /// - Throws: `AudioIOError`, `SignalError`, `OpusBaselineError`, ``ReportError/libraryFailed(library:)``.
  init?(file: String, clip: String, condition: String, bitrateBps: Int) throws {
    let audio = try AudioReader(path: file).readAll()
    guard audio.sampleCount > 0 else { return nil }
    try self.init(
      audio.channel(0), clip: clip, condition: condition,
      bitrateBps: bitrateBps)
  }

  /// Codes audio of one channel for the page.
  ///
  /// - Parameters:
  ///   - audio: Samples of one channel, at any sample rate.
  ///   - clip: Name of the clip.
  ///   - condition: Identifier of the condition.
  ///   - bitrateBps: Requested bitrate of the Opus file in bit/s.
  /// - Precondition: `audio` has samples.
  /// - Throws: `SignalError`, `OpusBaselineError`, ``ReportError/libraryFailed(library:)``.
  init(_ audio: AudioBuffer, clip: String, condition: String, bitrateBps: Int) throws {
    let resampled = try Resampler.resample(audio, to: OpusCodec.sampleRateHz)
    // Frames of 60 ms, the default of `OpusSettings`, need fewer bytes. Unconstrained variable bitrate is the default
    // of `opusenc`.
    let settings = OpusSettings(bitrateBps: bitrateBps, rateMode: .variable)
    self.clip = clip
    self.condition = condition
    seconds = Double(audio.sampleCount) / Double(audio.sampleRateHz)
    sound = try OpusCodec.roundTrip(resampled, settings: settings).oggFile
    picture = try Spectrogram(resampled.channels[0]).png()
  }

  /// Intended size in bytes of all Opus files of a page, so that the page with pictures, tables and base64 stays below
  /// 25 MB. Audio of more than 66 minutes exceeds this size, even at the lowest bitrate.
  private static let soundByteBudget = 12_000_000.0

  /// Bitrate of the page's audio in bit/s: 64 000, which few listeners can tell from the original, or less for long
  /// audio, but at least 24 000.
  static func bitrateBps(forTotalSeconds seconds: Double) -> Int {
    let affordable = soundByteBudget * 8 / max(seconds, 1)
    return [64_000, 56_000, 48_000, 40_000, 32_000].first { Double($0) <= affordable } ?? 24_000
  }
}
