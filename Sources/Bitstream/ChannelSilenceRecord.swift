/// Coding of channel silence records: digital silence of single channels (`formats/container.md`, section 6.2).
enum ChannelSilenceRecord {
  /// Encodes the body of a channel silence record.
  ///
  /// - Parameters:
  ///   - channels: Silent runs of each coded channel, as in a silence record; at least one channel has any.
  ///   - samples: Samples of the block.
  /// - Throws: `BitstreamError.unencodable` where the runs break a rule.
  static func encoded(_ channels: [[Range<Int>]], within samples: Range<Int>) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(AncillaryType.channelSilence)
    for (channel, runs) in channels.enumerated() where !runs.isEmpty {
      writer.varint(channel)
      writer.varint(runs.count)
      try writer.append(runs, within: samples)
    }
    try requireEncodable("bytes of a channel silence record", writer.bytes.count, 1...StreamLimits.bodyByteCount)
    return writer.bytes
  }

  /// Decodes the body of a channel silence record into the runs by channel; nil for a body that breaks a rule of its
  /// fields, which is ignored as a whole.
  static func decoded(_ body: [UInt8]) -> [(channel: Int, runs: [Range<Int>])]? {
    var reader = ByteReader(body, baseOffset: 0)
    guard body.count > 1, (try? reader.byte("record type")) == UInt8(AncillaryType.channelSilence) else { return nil }
    var channels: [(channel: Int, runs: [Range<Int>])] = []
    let last = StreamLimits.channelCount.upperBound - 1
    while reader.remainingCount > 0 {
      let lowest = channels.last.map { $0.channel + 1 } ?? 0
      guard lowest <= last, let channel = try? reader.varint("channel", in: lowest...last),
        let count = try? reader.varint("runs", in: 1...StreamLimits.bodyByteCount)
      else { return nil }
      var runs = SilentRunReader()
      for _ in 0..<count {
        guard runs.read(from: &reader) else { return nil }
      }
      channels.append((channel, runs.runs))
    }
    return channels
  }
}
