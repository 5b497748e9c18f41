import Bitstream
import Tokens

/// A stream as `info` shows it.
struct StreamDescription {
  let file: String
  /// Among the streams of its file.
  let streamIndex: Int
  let figures: StreamFigures
  let model: ModelFinder.Found

  private var header: StreamHeader { figures.header }
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
    object.set("imagined_share", 1 - figures.keptShare)
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
    object.set("steps", header.sampler.coarseStepCount)
    object.set("fine_steps", header.sampler.fineStepCount)
    object.set("temperature", header.sampler.temperature)
    object.set("fine_temperature", header.sampler.fineTemperature)
    object.set("mask_temperature", header.sampler.maskTemperature)
    object.set("top_p", header.sampler.topP)
    object.set("typical_mass", header.sampler.typicalMass)
    object.set("seed", Int(header.sampler.seed))
    object.set("tags", header.tags.map { "\($0.key)=\($0.value)" })
    return object
  }

  var text: String {
    let sampler = header.sampler
    var lines: [(String, String)] = [
      ("kept", kept),
      ("token rate", Format.bitrate(figures.tokenRateBps)),
      ("real rate", figures.realRateBps.map { Format.bitrate($0) + ", container included" } ?? "unknown"),
      ("size", size),
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
        "imagining",
        "\(sampler.coarseStepCount) + \(sampler.fineStepCount) steps, temperature \(sampler.temperature), "
          + "fine temperature \(sampler.fineTemperature), mask temperature \(sampler.maskTemperature), top-p \(sampler.topP), "
          + "typical mass \(sampler.typicalMass), seed \(sampler.seed)"
      ),
    ]
    lines += header.tags.map { ("tag", "\($0.key)=\($0.value)") }
    let title = file + (streamIndex == 0 ? "" : ", stream \(streamIndex + 1)")
    return
      ([Console.printable(title)]
      + lines.map { "  " + $0.0.padding(to: 11) + Console.printable($0.1) }).joined(separator: "\n")
  }

  private var kept: String {
    let prompt = header.prompt
    let frames =
      prompt.period == 1
      ? "every frame" : "1 frame in \(prompt.period)" + (prompt.phase == 0 ? "" : " from frame \(prompt.phase)")
    return "\(prompt.codebookCount) of \(Format.count(header.geometry.codebookCount, "codebook")), \(frames): "
      + "\(Format.percent(figures.keptShare)) of the tokens, \(Format.percent(1 - figures.keptShare)) to be imagined"
  }

  private var size: String {
    "\(Format.bytes(statistics.byteCount)): tokens \(statistics.payloadByteCount), "
      + "headers \(statistics.headerByteCount), framing \(statistics.framingByteCount), "
      + "trailer \(statistics.trailerByteCount), tags \(statistics.ancillaryByteCount)"
      + (statistics.damagedByteCount == 0 ? "" : ", damaged \(statistics.damagedByteCount)")
  }

  private var length: String {
    guard let seconds = figures.durationSeconds, let count = figures.sampleCount else { return "unknown" }
    return "\(Format.seconds(seconds)), \(Format.count(count, "sample"))"
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
    object.set("tokens", statistics.tokenCount)
  }

  private func setGain(_ object: inout JSONObject) {
    switch header.gain {
    case .whole(let hundredths):
      object.set("gain_mode", "whole")
      object.set("gain_db", Double(hundredths) / 100)
    case .perBlock:
      object.set("gain_mode", "block")
      object.set("gain_db", Double?.none)
    }
  }
}

extension String {
  /// With spaces behind it up to a width.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
