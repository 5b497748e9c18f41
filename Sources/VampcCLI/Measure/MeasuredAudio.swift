import AudioIO
import Signal

/// Reader of the files to measure, which continues after damage and warns once for each damaged file.
final class MeasuredAudio {
  /// Worst status of the files read so far.
  private(set) var status = ExitStatus.success
  private var toldPaths: Set<String> = []

  /// Reads a file as a whole. The first reading of a file prints warnings about damage and about bytes that are not
  /// read.
  ///
  /// - Throws: `AudioIOError`, `Interrupted`.
  func audio(of path: String) throws -> AudioBuffer {
    let reader = try AudioReader(
      path: path, temporaryFolder: TemporaryFolder.path, stopsAtDamage: false, ffmpegPath: FFmpeg.path)
    var audio = AudioBuffer(emptyWithChannelCount: reader.channelCount, sampleRateHz: reader.sampleRateHz)
    while let block = try reader.read(upTo: 65_536) {
      try Interruption.shared.check()
      audio.append(block)
    }
    if toldPaths.insert(path).inserted {
      Console.warnOfUnreadBytes(reader)
      status = status.worse(DamageReport.show(reader.damages, of: reader.name))
    }
    return audio
  }
}
