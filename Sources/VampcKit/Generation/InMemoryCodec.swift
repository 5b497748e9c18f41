import DAC
import Tokens

/// Codec of a model, applied to whole recordings of one channel in memory.
struct InMemoryCodec {
  private let model: Model
  private let checkCancellation: () throws -> Void

  /// In-memory codec of one model.
  ///
  /// - Parameter checkCancellation: Closure that is called often; an error of the closure cancels the work.
  init(_ model: Model, checkCancellation: @escaping () throws -> Void) {
    self.model = model
    self.checkCancellation = checkCancellation
  }

  /// Encodes samples to the tokens of all codebooks.
  ///
  /// - Parameter samples: Samples at the codec's rate, with the encoder's gain applied.
  func tokens(of samples: [Float]) throws -> TokenGrid {
    let encoder = TokenEncoder(model.codec, context: model.context)
    var grids: [TokenGrid] = []
    for start in stride(from: 0, to: samples.count, by: InputReading.chunkSampleCount) {
      let end = min(samples.count, start + InputReading.chunkSampleCount)
      grids.append(encoder.encode(Array(samples[start..<end])))
      try checkCancellation()
    }
    return TokenGrid(joining: grids + [encoder.finish()])
  }

  /// Decodes tokens to frames · hop samples at the codec's rate.
  ///
  /// - Parameter tokens: Tokens of the first codebooks, or of all.
  func samples(of tokens: TokenGrid) throws -> [Float] {
    let decoder = TokenDecoder(model.codec, context: model.context)
    let codebooks = 0..<tokens.codebookCount
    var samples: [Float] = []
    for start in stride(from: 0, to: tokens.frameCount, by: ChannelDecoder.chunkFrameCount) {
      let end = min(tokens.frameCount, start + ChannelDecoder.chunkFrameCount)
      samples += decoder.decode(tokens.slice(codebooks: codebooks, frames: start..<end))
      try checkCancellation()
    }
    samples += decoder.finish()
    // A codec with odd strides returns a few samples fewer.
    let missing = tokens.frameCount * model.geometry.hopLength - samples.count
    return samples + [Float](repeating: 0, count: max(0, missing))
  }
}
