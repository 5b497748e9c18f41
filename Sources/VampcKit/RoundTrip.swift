import Bitstream
import DAC
import Kernels
import Signal
import Tokens

/// Sends stretches of a recording the way that they go as a stream: through the codec's encoder, without what the stream
/// does not keep, imagined anew, through the codec's decoder.
struct RoundTrip {
  private let model: Model
  private let header: StreamHeader
  private let check: () throws -> Void

  /// - Parameters:
  ///   - header: says what is kept, and how the rest is imagined.
  ///   - target: where the way ends: ``EncoderSettings/LoudnessTarget/codec`` keeps all tokens. A stream with masks in its blocks takes
  ///     that, whatever is asked for.
  ///   - check: called now and then; what it throws stops the work.
  init(
    _ model: Model, _ header: StreamHeader, _ target: EncoderSettings.LoudnessTarget,
    check: @escaping () throws -> Void
  ) {
    self.model = model
    self.check = check
    var header = header
    if target == .codec || header.hasBlockMasks {
      header.prompt = CompressionPrompt(codebookCount: model.geometry.codebookCount)
    }
    self.header = header
  }

  /// What comes back of a stretch as if it were a recording of its own, no longer than it was.
  ///
  /// - Parameter block: at the codec's rate, with the encoder's gain on it, which stays.
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded.
  func decoded(_ block: AudioBuffer) throws -> AudioBuffer {
    let fillers = try TokenFillers(model, header, .generate, header.sampler.resolved)
    let channels = try block.channels.map { samples in
      let filler = fillers.make(origin: 0, latentFrame: 0, firstFrame: 0)
      return Array(try decoded(encoded(samples), filler).prefix(samples.count))
    }
    return AudioBuffer(channels: channels, sampleRateHz: block.sampleRateHz)
  }

  private func encoded(_ samples: [Float]) throws -> TokenGrid {
    let encoder = TokenEncoder(model.codec, context: model.context)
    var grids: [TokenGrid] = []
    for start in stride(from: 0, to: samples.count, by: RecordingEncoder.chunkSampleCount) {
      let end = min(samples.count, start + RecordingEncoder.chunkSampleCount)
      grids.append(encoder.encode(Array(samples[start..<end])))
      try check()
    }
    return TokenGrid(joining: grids + [encoder.finish()])
  }

  /// What a decoder makes of the tokens that the stream keeps.
  private func decoded(_ tokens: TokenGrid, _ filler: any TokenFiller) throws -> [Float] {
    let decoder = TokenDecoder(model.codec, context: model.context)
    let latents = FloatRows(channelCount: model.codec.quantiser.latentDim)
    var samples: [Float] = []
    func drain() throws {
      while latents.count > 0 {
        samples += decoder.decode(latents: latents.takeFirst(upTo: StreamSession.pieceFrameCount))
        try check()
      }
    }
    for stretch in TokenStretch(tokens, keeping: header.prompt).pieces(frameCount: StreamSession.pieceFrameCount) {
      try filler.fill(stretch, into: latents)
      try drain()
    }
    try filler.finish(into: latents)
    try drain()
    return samples + decoder.finish()
  }
}
