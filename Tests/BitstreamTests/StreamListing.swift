import Bitstream
import Tokens

/// Returns the content of a container as lines of text that any reader can write; see `fixtures/containers/README.md`.
func listing(of events: [StreamEvent]) -> String {
  var lines: [String] = []
  var current: StreamHeader?
  for event in events {
    switch event {
    case .header(let header):
      current = header
      lines += headerLines(header)
    case .block(let block):
      lines.append("block \(block.firstFrame) \(block.frameCount) \(block.gain.map { "\($0.hundredthsDB)" } ?? "-")")
      if !block.silence.isEmpty {
        lines.append("silence" + block.silence.map { " \($0.lowerBound) \($0.count)" }.joined())
      }
      for (channel, runs) in block.channelSilence.enumerated() where !runs.isEmpty {
        lines.append("channel-silence \(channel)" + runs.map { " \($0.lowerBound) \($0.count)" }.joined())
      }
      for codebook in 0..<block.mask.codebookCount {
        let frames = block.mask.keptFrames(ofCodebook: codebook)
        guard !frames.isEmpty else { continue }
        if current?.hasBlockMasks == true {
          lines.append("kept \(codebook)" + frames.map { " \(block.firstFrame + $0)" }.joined())
        }
        for (channel, grid) in block.grids.enumerated() {
          lines.append("plane \(codebook) \(channel)" + frames.map { " \(grid[codebook, $0])" }.joined())
        }
      }
    case .trailer(let trailer): lines.append("trailer \(trailer.sampleCount) \(trailer.tokenHash)")
    case .damage(let damage): lines.append("damage \(damage.reason.code)")
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

private func headerLines(_ header: StreamHeader) -> [String] {
  func hundredths(_ value: Double) -> Int { Int((value * 100).rounded()) }
  func hexadecimal(_ text: String) -> String {
    text.isEmpty ? "-" : text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
  let geometry = header.geometry
  // Values that the format's table gives for number 0, which leaves the choice to the decoder.
  let tabled = SamplerSettings(
    coarseStepCount: 24, fineStepCount: 2, temperature: 1, fineTemperature: 0, maskTemperature: 10.5)
  let sampler = header.sampler.settings(modelDefaults: tabled)
  let gain = if case .whole(let gain) = header.gain { "\(gain.hundredthsDB)" } else { "per-block" }
  return [
    "stream",
    "codec \(header.codecHash)",
    "generator \(header.generatorHash.map(\.description) ?? "-")",
    "geometry \(geometry.sampleRateHz) \(geometry.hopLength) \(geometry.codebookCount) \(geometry.codebookSize)",
    "keep \(header.prompt.codebookCount) \(header.prompt.period) \(header.prompt.phase)",
    "channels \(header.codedChannelCount) \(header.sourceChannelCount)",
    "rate \(header.sourceSampleRateHz)",
    "gain \(gain)",
    "sampler \(sampler.coarseStepCount) \(sampler.fineStepCount) \(hundredths(sampler.temperature)) "
      + "\(hundredths(sampler.fineTemperature)) \(hundredths(sampler.maskTemperature)) \(hundredths(sampler.topP)) \(hundredths(sampler.typicalMass)) "
      + "\(sampler.seed)",
  ] + header.tags.map { "tag \(hexadecimal($0.key)) \(hexadecimal($0.value))" }
}
