import Bitstream
import Tokens

/// Description of a stream, printed by `vampc info`.
struct StreamDescription {
  let file: String
  /// Index of the stream in its file, 0 for the first stream.
  let streamIndex: Int
  let figures: StreamFigures
  let model: ModelFinder.Found
  /// Statistics that the stream would have with blocks of the usual length; nil where these are unknown.
  let usual: StreamStatistics?

  private var header: StreamHeader { figures.header }
  /// Sampler settings that a decoder uses for the stream unless options change them.
  private var sampler: SamplerSettings { header.sampler.settings(modelDefaults: model.samplerDefaults) }
  private var statistics: StreamStatistics { figures.statistics }

  var json: JSONObject {
    var object = JSONObject()
    object.set("file", file)
    object.set("stream", streamIndex)
    object.set("bytes", statistics.byteCount)
    object.set("duration_seconds", figures.durationSeconds)
    object.set("sample_count", figures.sampleCount)
    object.set("source_sample_rate_hz", header.sourceSampleRateHz)
    object.set("source_channels", header.sourceChannelCount)
    object.set("coded_channels", header.codedChannelCount)
    object.set("codebooks", header.prompt.codebookCount)
    object.set("period", header.prompt.period)
    object.set("phase", header.prompt.phase)
    object.set("token_rate_bps", figures.tokenRateBps)
    object.set("real_rate_bps", figures.realRateBps)
    object.set("kept_share", figures.keptShare)
    object.set("masked_share", 1 - figures.keptShare)
    // Name of `masked_share` in version 0.1.0, kept for programs that read the old name.
    object.set("imagined_share", 1 - figures.keptShare)
    object.set("block_masks", header.hasBlockMasks)
    object.set("extra_tokens", figures.blocks.extraTokenCount)
    object.set("extra_frames", figures.blocks.extraFrameCount)
    object.set("silent_seconds", silentSeconds)
    object.set("lost_seconds", Double(statistics.lostFrameCount) / header.geometry.frameRateHz)
    setBytes(&object)
    object.set("codec_hash", header.codecHash.description)
    object.set("generator_hash", header.generatorHash?.description)
    object.set("model", model.name)
    object.set("model_found", model.name != nil)
    object.set("generator_found", model.hasGenerator)
    object.set("codec_sample_rate_hz", header.geometry.sampleRateHz)
    object.set("codec_hop_length", header.geometry.hopLength)
    object.set("codec_codebooks", header.geometry.codebookCount)
    object.set("codec_codebook_size", header.geometry.codebookSize)
    object.set("frame_rate_hz", header.geometry.frameRateHz)
    setGain(&object)
    object.set("steps", sampler.coarseStepCount)
    object.set("fine_steps", sampler.fineStepCount)
    object.set("temperature", sampler.temperature)
    object.set("fine_temperature", sampler.fineTemperature)
    object.set("mask_temperature", sampler.maskTemperature)
    object.set("top_p", sampler.topP)
    object.set("typical_mass", sampler.typicalMass)
    object.set("seed", Int(sampler.seed))
    object.set("tags", header.tags.map { "\($0.key)=\($0.value)" })
    return object
  }

  var text: String {
    var lines: [(String, String)] = [
      ("kept", kept),
      ("token rate", Format.bitrate(figures.tokenRateBps)),
      ("real rate", figures.realRateBps.map { Format.bitrate($0) + ", container included" } ?? "unknown"),
      ("size", size),
      ("blocks", blocks),
      ("length", length),
      ("source", figures.source),
      ("gain", figures.gain),
      (
        "codec",
        "\(header.codecHash) " + (model.name.map { "(\($0), found)" } ?? "(not found)")
          + ", \(header.geometry.sampleRateHz) Hz, hop \(header.geometry.hopLength), "
          + "\(header.geometry.codebookCount) codebooks of \(header.geometry.codebookSize)"
      ),
      (
        "generator",
        header.generatorHash.map { "\($0) " + (model.hasGenerator ? "(found)" : "(not found)") } ?? "none"
      ),
      (
        "sampler",
        "\(sampler.coarseStepCount) + \(sampler.fineStepCount) steps, temperature \(sampler.temperature), "
          + "fine temperature \(sampler.fineTemperature), mask temperature \(sampler.maskTemperature), top-p \(sampler.topP), "
          + "typical mass \(sampler.typicalMass), seed \(sampler.seed)"
      ),
    ]
    let rate = header.geometry.frameRateHz
    if figures.blocks.extraTokenCount > 0 {
      lines.insert(("also kept", figures.blocks.extras(frameRateHz: rate)), at: 1)
    }
    if statistics.silentSampleCount > 0 {
      lines.insert(("silence", "\(Format.seconds(silentSeconds)), decoded as digital silence"), at: 1)
    }
    if statistics.lostFrameCount > 0 {
      let seconds = Format.seconds(Double(statistics.lostFrameCount) / rate)
      lines.insert(("lost", "\(seconds), taken by damage before the stream was repaired; to be generated"), at: 1)
    }
    lines += header.tags.map { ("tag", "\($0.key)=\($0.value)") }
    let title = file + (streamIndex == 0 ? "" : ", stream \(streamIndex + 1)")
    return
      ([Console.printable(title)]
      + lines.map { "  " + $0.0.padding(to: 11) + Console.printable($0.1) }).joined(separator: "\n")
  }

  private var kept: String {
    figures.periodic + (header.hasBlockMasks ? ", and more by mask" : "") + ": "
      + "\(Format.percent(figures.keptShare)) of the tokens, \(Format.percent(1 - figures.keptShare)) to be generated"
  }

  private var size: String {
    var parts = [
      ("tokens", statistics.payloadByteCount), ("headers", statistics.headerByteCount),
      ("framing", statistics.framingByteCount), ("trailer", statistics.trailerByteCount),
      ("tags", statistics.ancillaryByteCount),
    ]
    if statistics.damagedByteCount > 0 { parts.append(("damaged", statistics.damagedByteCount)) }
    return Format.bytes(statistics.byteCount) + ": "
      + parts.map { name, count in
        count == 0 ? "\(name) 0" : "\(name) \(count) (\(Format.percent(share(count))))"
      }.joined(separator: ", ")
  }

  private func share(_ byteCount: Int) -> Double {
    statistics.byteCount == 0 ? 0 : Double(byteCount) / Double(statistics.byteCount)
  }

  /// Number and longest duration of the blocks, and the share of bytes that blocks of the usual length would save or
  /// cost.
  private var blocks: String {
    guard statistics.blockCount > 0 else { return "none" }
    var text = Format.count(statistics.blockCount, "block")
    text += statistics.blockCount == 1 ? " of " : " of at most "
    text += Format.seconds(longestBlockSeconds)
    guard let usual, usual.byteCount != statistics.byteCount else { return text }
    let difference = statistics.byteCount - usual.byteCount
    text += "; of the usual length: \(Format.count(usual.blockCount, "block")), \(Format.bytes(usual.byteCount))"
    text += ", \(Format.percent(Double(abs(difference)) / Double(statistics.byteCount)))"
    return text + (difference > 0 ? " less" : " more")
  }

  private var longestBlockSeconds: Double {
    Double(figures.blocks.longestFrameCount) / header.geometry.frameRateHz
  }

  private var length: String {
    guard let seconds = figures.durationSeconds, let count = figures.sampleCount else { return "unknown" }
    return "\(Format.seconds(seconds)), \(Format.count(count, "sample"))"
  }

  private var silentSeconds: Double {
    Double(statistics.silentSampleCount) / Double(header.sourceSampleRateHz)
  }

  private func setBytes(_ object: inout JSONObject) {
    object.set("overhead_bytes", statistics.byteCount - statistics.payloadByteCount)
    object.set("payload_bytes", statistics.payloadByteCount)
    object.set("header_bytes", statistics.headerByteCount)
    object.set("framing_bytes", statistics.framingByteCount)
    object.set("trailer_bytes", statistics.trailerByteCount)
    object.set("tag_bytes", statistics.ancillaryByteCount)
    object.set("damaged_bytes", statistics.damagedByteCount)
    object.set("frames", statistics.frameCount)
    object.set("blocks", statistics.blockCount)
    object.set("longest_block_seconds", longestBlockSeconds)
    object.set("usual_blocks", usual?.blockCount)
    object.set("usual_bytes", usual?.byteCount)
    object.set("token_bits", statistics.tokenBitCount)
    object.set("header_share", share(statistics.headerByteCount))
    object.set("framing_share", share(statistics.framingByteCount))
    object.set("trailer_share", share(statistics.trailerByteCount))
    object.set("tag_share", share(statistics.ancillaryByteCount))
    object.set("tokens", statistics.tokenCount)
  }

  private func setGain(_ object: inout JSONObject) {
    switch header.gain {
    case .whole(let gain):
      object.set("gain_mode", "whole")
      object.set("gain_db", gain.decibels)
    case .perBlock:
      object.set("gain_mode", "block")
      object.set("gain_db", Double?.none)
    }
  }
}

extension String {
  /// Text with spaces appended up to `width` characters; at least one space.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
