import DAC
import Tokens

/// Codec of a model, applied to whole recordings of one channel in memory.
struct InMemoryCodec {
  private let model: Model
  private let checkCancellation: () throws -> Void

  /// - Parameter checkCancellation: Called often; an error that it throws cancels the work.
  init(_ model: Model, checkCancellation: @escaping () throws -> Void) {
    self.model = model
    self.checkCancellation = checkCancellation
  }

  /// Tokens of all codebooks.
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

  /// Samples at the codec's rate: frames · hop of them.
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
    // Odd strides give a few samples fewer.
    let missing = tokens.frameCount * model.geometry.hopLength - samples.count
    return samples + [Float](repeating: 0, count: max(0, missing))
  }
}
