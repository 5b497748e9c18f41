import Bitstream
import Tokens

/// What a stream holds and takes, in words and numbers.
struct StreamFigures {
  let header: StreamHeader
  /// At the source's rate; nil where the stream's end is lost.
  let sampleCount: Int?
  let statistics: StreamStatistics
  var blocks = BlockFigures()

  var durationSeconds: Double? {
    sampleCount.map { Double($0) / Double(header.sourceSampleRateHz) }
  }

  /// Bits per second of the kept tokens of all channels, before entropy coding: as the period has it where that says
  /// all, otherwise counted.
  var tokenRateBps: Double {
    let isPeriodic = !header.hasBlockMasks && statistics.lostFrameCount == 0
    if isPeriodic || statistics.frameCount == 0 {
      return header.geometry.tokenRateBps(of: header.prompt) * Double(header.codedChannelCount)
    }
    return Double(statistics.tokenBitCount) * header.geometry.frameRateHz / Double(statistics.frameCount)
  }

  /// Codebooks and frames that the period keeps, in words.
  var periodic: String {
    let prompt = header.prompt
    guard prompt.period > 0 else { return "nothing periodic" }
    let frames =
      prompt.period == 1
      ? "every frame" : "1 frame in \(prompt.period)" + (prompt.phase == 0 ? "" : " from frame \(prompt.phase)")
    return "\(prompt.codebookCount) of \(Format.count(header.geometry.codebookCount, "codebook")), \(frames)"
  }

  /// Whether its blocks are as long as an encoder makes them for a file of this length.
  var hasUsualBlocks: Bool {
    let usual = BlockLength.frames(
      for: header.prompt, geometry: header.geometry, channelCount: header.codedChannelCount,
      totalFrameCount: statistics.frameCount)
    return !header.hasBlockMasks && blocks.longestFrameCount == min(usual, statistics.frameCount)
  }

  /// Bits per second that the stream takes, every byte counted; nil where there is no time.
  var realRateBps: Double? {
    guard let durationSeconds, durationSeconds > 0 else { return nil }
    return Double(statistics.byteCount) * 8 / durationSeconds
  }

  /// Share of the codec's tokens that the stream holds; 1 where it has no frames.
  var keptShare: Double {
    let all = statistics.frameCount * header.geometry.codebookCount * header.codedChannelCount
    return all == 0 ? 1 : Double(statistics.tokenCount) / Double(all)
  }

  /// One line.
  var summary: String {
    var parts = [
      periodic + (header.hasBlockMasks ? ", and more by mask" : "")
        + (header.codedChannelCount == 1 ? "" : ", \(header.codedChannelCount) channels"),
      "token rate \(Format.bitrate(tokenRateBps)), "
        + "real rate \(realRateBps.map(Format.bitrate) ?? "unknown") with the container",
    ]
    let length = durationSeconds.map { " for \(Format.seconds($0))" } ?? ""
    parts.append(Format.bytes(statistics.byteCount) + length)
    parts.append("\(Format.percent(keptShare)) of the tokens kept")
    return parts.joined(separator: "; ")
  }

  var source: String {
    "\(header.sourceSampleRateHz) Hz, \(Format.count(header.sourceChannelCount, "channel")), "
      + (header.codedChannelCount == header.sourceChannelCount ? "each coded" : "mixed to mono")
  }

  var gain: String {
    switch header.gain {
    case .whole(let hundredths): "\(Format.number(Double(hundredths) / 100, decimals: 2)) dB"
    case .perBlock: "one per block"
    }
  }
}
