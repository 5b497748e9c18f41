/// Silence records that wait for the block that they describe.
package struct WaitingSilence: Sendable {
  private var runs: (all: [Range<Int>], channels: [(channel: Int, runs: [Range<Int>])]) = ([], [])
  private var byteCounts = (all: 0, channels: 0)

  /// Bytes of the waiting records, with framing; 0 where none is waiting.
  package var byteCount: Int { byteCounts.all + byteCounts.channels }

  /// State in which no record is waiting.
  package init() {}

  /// Takes a record in the order of the input: a silence record replaces a waiting one of the same type.
  ///
  /// - Returns: Whether the record is a silence record whose fields keep all rules.
  @discardableResult
  package mutating func accept(_ record: Record) -> Bool {
    guard record.sections.isEmpty else { return false }
    if let found = SilenceRecord.decoded(record.body) {
      runs.all = found
      byteCounts.all = record.byteRange.count
    } else if let found = ChannelSilenceRecord.decoded(record.body) {
      runs.channels = found
      byteCounts.channels = record.byteRange.count
    } else {
      return false
    }
    return true
  }

  /// Removes the waiting records and sets the silence of their block: the parts of the runs within the block's samples.
  package mutating func move(to block: inout StreamBlock, header: StreamHeader) {
    guard byteCount > 0 else { return }
    let samples = header.sourceSamples(ofFrames: block.frames)
    func clamped(_ runs: [Range<Int>]) -> [Range<Int>] {
      runs.map { $0.clamped(to: samples) }.filter { !$0.isEmpty }
    }
    block.silence = clamped(runs.all)
    // A record that names a channel that is not there is ignored as a whole.
    if runs.channels.allSatisfy({ $0.channel < header.codedChannelCount }) {
      var channels = [[Range<Int>]](repeating: [], count: header.codedChannelCount)
      for (channel, runs) in runs.channels { channels[channel] = clamped(runs) }
      block.channelSilence = channels.allSatisfy(\.isEmpty) ? [] : channels
    }
    self = WaitingSilence()
  }
}
