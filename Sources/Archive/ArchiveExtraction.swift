public import Bitstream

/// Counts and damage of a recording, or of a segment of a recording, that was extracted from an archive.
public struct ArchiveExtraction: Sendable {
  /// Number of bytes passed to the `write` closure.
  public internal(set) var byteCount = 0
  /// Number of frames in the written blocks; lost frames do not count.
  public internal(set) var frameCount = 0
  /// Damage inside the recording, with byte offsets in the archive.
  public internal(set) var damage: [StreamDamage] = []

  /// Creates a result without bytes, frames and damage.
  public init() {}

  /// Returns the result for a stream without an intact header, whose byte range in the archive is `stream`. An empty
  /// stream has no damage, because its recording has only just begun.
  static func nothing(of stream: Range<Int>) -> ArchiveExtraction {
    var result = ArchiveExtraction()
    if !stream.isEmpty {
      let reason = BitstreamError.missingStart(byteOffset: stream.lowerBound)
      result.damage = [StreamDamage(byteRange: stream, lostFrames: nil, reason: reason)]
    }
    return result
  }
}
