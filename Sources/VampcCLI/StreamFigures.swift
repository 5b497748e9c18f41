import Bitstream
import Tokens

/// Figures of a stream: rates, shares and sizes, as numbers and in words.
struct StreamFigures {
  let header: StreamHeader
  /// Length in samples per channel, at the sample rate of the source; nil where the trailer is lost.
  let sampleCount: Int?
  let statistics: StreamStatistics
  var blocks = BlockFigures()

  var durationSeconds: Double? {
    sampleCount.map { Double($0) / Double(header.sourceSampleRateHz) }
  }

  /// Bits per second of the kept tokens of all channels, before entropy coding.
  ///
  /// The rate follows from the period if the period alone determines the kept tokens; otherwise the tokens are counted.
  var tokenRateBps: Double {
    let isPeriodic = !header.hasBlockMasks && statistics.lostFrameCount == 0
    if isPeriodic || statistics.frameCount == 0 {
      return header.geometry.tokenRateBps(of: header.prompt) * Double(header.codedChannelCount)
    }
    return Double(statistics.tokenBitCount) * header.geometry.frameRateHz / Double(statistics.frameCount)
  }

  /// Codebooks and frames that the stream keeps periodically, in words.
  var periodic: String {
    let prompt = header.prompt
    guard prompt.period > 0 else { return "nothing periodic" }
    let frames =
      prompt.period == 1
      ? "every frame" : "1 frame in \(prompt.period)" + (prompt.phase == 0 ? "" : " from frame \(prompt.phase)")
    return "\(prompt.codebookCount) of \(Format.count(header.geometry.codebookCount, "codebook")), \(frames)"
  }

  /// Whether the longest block has the length that an encoder chooses for a file of this length; false for a stream
  /// with block masks.
  var hasUsualBlocks: Bool {
    let usual = BlockLength.frames(
      for: header.prompt, geometry: header.geometry, channelCount: header.codedChannelCount,
      totalFrameCount: statistics.frameCount)
    return !header.hasBlockMasks && blocks.longestFrameCount == min(usual, statistics.frameCount)
  }

  /// Bits per second of the whole stream, every byte counted; nil where the duration is unknown or 0.
  var realRateBps: Double? {
    guard let durationSeconds, durationSeconds > 0 else { return nil }
    return Double(statistics.byteCount) * 8 / durationSeconds
  }

  /// Share of the tokens that the stream stores (keeps), 0 to 1; 1 where the stream has no frames.
  var keptShare: Double {
    let all = statistics.frameCount * header.geometry.codebookCount * header.codedChannelCount
    return all == 0 ? 1 : Double(statistics.tokenCount) / Double(all)
  }

  /// Kept tokens, rates, size and duration in one line.
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
    case .whole(let gain): "\(Format.number(gain.decibels, decimals: 2)) dB"
    case .perBlock: "one per block"
    }
  }
}
