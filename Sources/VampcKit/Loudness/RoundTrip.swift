import Kernels
import Signal
import Tokens

/// Encoder and decoder of segments of a recording, to measure the loudness that a decoder will give to the segments.
struct RoundTrip {
  private let model: Model
  private let prompt: CompressionPrompt
  private let sampler: SamplerSettings
  private let checkCancellation: () throws -> Void

  /// Round trip with one model.
  ///
  /// - Parameters:
  ///   - model: Model whose codec encodes and decodes.
  ///   - prompt: Rule for the kept tokens. The model generates all other tokens as a decoder does.
  ///   - sampler: Sampler settings of the generated tokens.
  ///   - checkCancellation: Closure that is called after each encoded and each decoded chunk; an error of the closure
  ///     cancels the work.
  init(
    _ model: Model, prompt: CompressionPrompt, sampler: SamplerSettings, checkCancellation: @escaping () throws -> Void
  ) {
    self.model = model
    self.prompt = prompt
    self.sampler = sampler
    self.checkCancellation = checkCancellation
  }

  /// Encodes and decodes a segment as a recording of its own. The result has the same number of samples and channels.
  ///
  /// - Parameter segment: Samples at the codec's rate with the encoder's gain, which the result has, too.
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded; errors of `checkCancellation`.
  func decoded(_ segment: AudioBuffer) throws -> AudioBuffer {
    let fillers = try TokenFillerFactory(
      model, content: TokenContent(prompt: prompt), fill: .generate, sampler: sampler)
    let codec = InMemoryCodec(model)
    let channels = try segment.channels.map { samples in
      let decoder = ChannelDecoder(fillers.make(origin: 0, latentFrame: 0, firstFrame: 0), model)
      return try decoded(codec.tokens(of: samples) { _ in try checkCancellation() }, decoder)
    }
    // The decoder removes offsets of the networks, too. K-weighting only attenuates them.
    var remover = OffsetRemover(
      channelCount: segment.channelCount, sampleRateHz: segment.sampleRateHz,
      stepSampleCount: model.geometry.hopLength)
    var result = try remover.process(AudioBuffer(channels: channels, sampleRateHz: segment.sampleRateHz))
    result.append(remover.finish())
    return result.slice(0..<min(result.sampleCount, segment.sampleCount))
  }

  private func decoded(_ tokens: TokenGrid, _ decoder: ChannelDecoder) throws -> [Float] {
    var samples: [Float] = []
    func takeSamples() throws {
      while decoder.frameCount > 0 {
        samples += decoder.takeSamples(frameCount: min(decoder.frameCount, ChannelDecoder.chunkFrameCount))
        try checkCancellation()
      }
    }
    for segment in TokenSegment(tokens, keeping: prompt).chunks(ofFrameCount: ChannelDecoder.chunkFrameCount) {
      try decoder.append(segment)
      try takeSamples()
    }
    try decoder.finishTokens()
    try takeSamples()
    return samples + decoder.finishSamples()
  }
}
