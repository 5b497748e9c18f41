public import Kernels
import ModelStore
public import Tokens

/// Streaming encoder of one channel, from samples to tokens. The tokens equal the tokens of an encode of the whole
/// recording.
public final class TokenEncoder {
  private let codec: Codec
  private let context: ComputeContext
  private let stream: any LayerStream
  private let edges: InputEdges
  private let latents: FloatRows
  private var sampleCount = 0
  /// Number of frames returned so far.
  private var frameCount = 0

  /// Creates the encoder of a new stream.
  ///
  /// - Parameters:
  ///   - codec: Codec whose encoder and quantiser encode.
  ///   - edges: Treatment of both ends of the stream: padded with zeros, or bare, which gives fewer frames
  ///     (``CodecLengths/encodedFrameCount(forSampleCount:edges:)``).
  ///   - context: Threads and instruction set of the computation.
  public init(_ codec: Codec, edges: InputEdges = .padded, context: ComputeContext) {
    self.codec = codec
    self.context = context
    self.edges = edges
    stream = codec.makeEncoderStream(edges: edges)
    latents = FloatRows(channelCount: codec.configuration.latentDim)
  }

  /// Encodes the next samples, at the codec's sample rate, and returns the frames that these samples complete.
  ///
  /// The first calls may return no frames, because the network looks ahead.
  public func encode(_ samples: [Float]) -> TokenGrid {
    sampleCount += samples.count
    stream.input.append(samples)
    return advance(isFinal: false)
  }

  /// Pads the last frame with zeros, returns the remaining frames and ends the stream.
  ///
  /// A stream with padded edges has ⌈samples / hop⌉ frames in total, counted over all calls.
  public func finish() -> TokenGrid {
    let hop = codec.configuration.hopLength
    guard sampleCount > 0 else { return TokenGrid(codebookCount: codec.configuration.codebookCount, frameCount: 0) }
    let hopCount = (sampleCount + hop - 1) / hop
    var paddedCount = hopCount * hop
    if edges == .padded {
      while codec.encodedFrameCount(forSampleCount: paddedCount) < hopCount { paddedCount += hop }
    }
    stream.input.appendZeros(paddedCount - sampleCount)
    let missing = hopCount - frameCount
    let rest = advance(isFinal: true)
    return rest.frameCount <= missing
      ? rest : rest.slice(codebooks: 0..<rest.codebookCount, frames: 0..<missing)
  }

  private func advance(isFinal: Bool) -> TokenGrid {
    stream.advance(into: latents, isFinal: isFinal, context: context)
    let grid = codec.quantiser.encode(latents, context: context)
    latents.removeAll()
    frameCount += grid.frameCount
    return grid
  }
}
