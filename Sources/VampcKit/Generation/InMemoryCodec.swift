import DAC
import Tokens

/// Codec of a model, applied to whole recordings of one channel in memory.
struct InMemoryCodec {
  private let model: Model

  /// In-memory codec of one model.
  init(_ model: Model) { self.model = model }

  /// Encodes samples to tokens, with all codebooks of the codec.
  ///
  /// - Parameters:
  ///   - samples: Samples at the codec's rate, with the encoder's gain applied.
  ///   - progress: Closure that is called after each chunk with the finished share of the work, 0 to 1. An error of the
  ///     closure cancels the work and is thrown.
  func tokens(of samples: [Float], progress: (Double) throws -> Void) throws -> TokenGrid {
    let encoder = TokenEncoder(model.codec, context: model.context)
    var grids: [TokenGrid] = []
    for start in stride(from: 0, to: samples.count, by: InputReading.chunkSampleCount) {
      let end = min(samples.count, start + InputReading.chunkSampleCount)
      grids.append(encoder.encode(Array(samples[start..<end])))
      try progress(Double(end) / Double(samples.count))
    }
    return TokenGrid(joining: grids + [encoder.finish()])
  }

  /// Decodes tokens to (number of frames · hop length) samples at the codec's rate.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of the first codebooks, or of all codebooks.
  ///   - progress: Closure that is called after each chunk with the finished share of the work, 0 to 1. An error of the
  ///     closure cancels the work and is thrown.
  func samples(of tokens: TokenGrid, progress: (Double) throws -> Void) throws -> [Float] {
    let decoder = TokenDecoder(model.codec, context: model.context)
    let codebooks = 0..<tokens.codebookCount
    var samples: [Float] = []
    for start in stride(from: 0, to: tokens.frameCount, by: ChannelDecoder.chunkFrameCount) {
      let end = min(tokens.frameCount, start + ChannelDecoder.chunkFrameCount)
      samples += decoder.decode(tokens.slice(codebooks: codebooks, frames: start..<end))
      try progress(Double(end) / Double(tokens.frameCount))
    }
    samples += decoder.finish()
    // A codec with odd strides returns a few samples fewer; zeros take their place.
    let missing = tokens.frameCount * model.geometry.hopLength - samples.count
    return samples + [Float](repeating: 0, count: max(0, missing))
  }
}
