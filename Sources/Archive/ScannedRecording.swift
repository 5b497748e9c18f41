import Bitstream

/// Recording as found in the bytes of an archive, without the index.
struct ScannedRecording {
  /// Name and start; `nil` if the recording record is lost.
  var label: RecordingLabel?
  /// Byte range from the recording's first record to its last.
  var byteRange: Range<Int>
  /// Byte offset of the stream's first record.
  var streamOffset: Int
  var header: StreamHeader?
  var frames: Range<Int>?
  var trailer: StreamTrailer?
  var isMarkedCut = false
  var damage: [StreamDamage] = []
  /// First block that exceeds the standard reading budget: byte offset of the block's record, and the counts. The
  /// records from this block on are not decoded. `nil` for a recording within the budget.
  var excess: (byteOffset: Int, error: ReadingBudgetError)?
  var blockCount = 0
  var tokenCount = 0
  var tokenHash = TokenHash()
  /// Last place at which a trailer can be written, because a trailer can state the numbers of all frames before: byte
  /// offset of the place, and frames and token hash of the blocks before. `nil` while there is no such place, for
  /// example before the first header.
  private(set) var closable: (byteOffset: Int, frames: Range<Int>, tokenHash: TokenHash)?

  /// Whether a strict reader accepts the stream.
  var isIntact: Bool { damage.isEmpty && excess == nil && trailer != nil }
  /// Descriptions of the faults of the stream; empty for a stream without a fault, whether or not it has a trailer.
  var faults: [String] {
    damage.map { "\($0.reason)" } + (excess.map { ["\($0.error) (byte \($0.byteOffset))"] } ?? [])
  }

  /// Whether a block ends behind the last frame number that a trailer can state.
  var isBeyondLimit: Bool { (frames?.upperBound ?? 0) > StreamLimits.frameNumber }

  /// Notes the end of the byte range as a place for a trailer, if the frames so far allow a trailer.
  mutating func noteClosable() {
    guard header != nil, !isBeyondLimit, excess == nil else { return }
    closable = (byteRange.upperBound, frames ?? 0..<0, tokenHash)
  }

  /// Length in samples per channel at the source's rate, as the trailer states it; without a trailer, the duration of
  /// all frames; 0 without a header.
  var sampleCount: Int { trailer?.sampleCount ?? header?.sampleCount(ofFrames: frames?.count ?? 0) ?? 0 }

  /// Returns the entry that the index should have for this recording.
  func entry(named name: String, start: ArchiveTime) -> ArchivedRecording {
    ArchivedRecording(
      name: name, start: start, byteRange: byteRange, sampleCount: sampleCount,
      sampleRateHz: header?.sourceSampleRateHz ?? 1, state: isMarkedCut || trailer == nil ? .cutOff : .complete)
  }
}
