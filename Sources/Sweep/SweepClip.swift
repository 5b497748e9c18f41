import ModelStore
public import Signal

/// Clip with its samples in memory.
public struct SweepClip: Sendable {
  /// Name, place, length and hash of the clip.
  public let facts: SweepDescription.Clip
  /// Samples of the clip, mixed to one channel, at the sample rate of its file.
  public let audio: AudioBuffer

  /// Creates a clip and computes the hash of its samples.
  ///
  /// - Throws: `ModelError.digestUnavailable`.
  init(name: String, file: String, startSeconds: Double, _ audio: AudioBuffer) throws {
    let hash = try SHA256()
    try audio.channels[0].withUnsafeBytes { try hash.update($0) }
    facts = SweepDescription.Clip(
      name: name, file: file, startSeconds: startSeconds,
      seconds: Double(audio.sampleCount) / Double(audio.sampleRateHz), sampleRateHz: audio.sampleRateHz,
      contentHash: try hash.finalised().hex)
    self.audio = audio
  }
}
