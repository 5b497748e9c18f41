public import Bitstream

/// Result of an extraction.
public struct ArchiveExtraction: Sendable {
  /// Number of bytes written.
  public internal(set) var byteCount = 0
  /// Number of frames written, without lost frames.
  public internal(set) var frameCount = 0
  /// Damage inside the recording, with byte offsets in the archive.
  public internal(set) var damage: [StreamDamage] = []

  /// Creates a result without bytes, frames and damage.
  public init() {}

  /// Returns the result for a stream without an intact header; an empty stream has no damage, because its recording has
  /// only just begun.
  static func nothing(of stream: Range<Int>) -> ArchiveExtraction {
    var result = ArchiveExtraction()
    if !stream.isEmpty {
      let reason = BitstreamError.missingStart(byteOffset: stream.lowerBound)
      result.damage = [StreamDamage(byteRange: stream, lostFrames: nil, reason: reason)]
    }
    return result
  }
}
