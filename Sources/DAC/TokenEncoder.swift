public import Kernels
import ModelStore
public import Tokens

/// Encodes one channel as it comes: samples in, frames of tokens out, the same as encoding the whole at once.
public final class TokenEncoder {
  private let codec: Codec
  private let context: ComputeContext
  private let stream: any LayerStream
  private let latents: FloatRows
  private var sampleCount = 0

  /// - Parameter edges: bare ones give fewer frames (`CodecLengths.encodedFrameCount`).
  public init(_ codec: Codec, edges: InputEdges = .padded, context: ComputeContext) {
    self.codec = codec
    self.context = context
    stream = codec.makeEncoderStream(edges: edges)
    latents = FloatRows(channelCount: codec.configuration.latentDim)
  }

  /// Takes more samples at the codec's rate and returns the frames that they complete; there may be none yet, since
  /// the network looks ahead.
  public func encode(_ samples: [Float]) -> TokenGrid {
    sampleCount += samples.count
    stream.input.append(samples)
    return advance(isFinal: false)
  }

  /// Pads the last frame with silence and returns the frames that remain: altogether ⌈samples / hop⌉ between
  /// padded edges. Ends the stream.
  public func finish() -> TokenGrid {
    let hop = codec.configuration.hopLength
    guard sampleCount > 0 else { return TokenGrid(codebookCount: codec.configuration.codebookCount, frameCount: 0) }
    stream.input.appendZeros((hop - sampleCount % hop) % hop)
    return advance(isFinal: true)
  }

  private func advance(isFinal: Bool) -> TokenGrid {
    stream.advance(into: latents, isFinal: isFinal, context: context)
    let grid = codec.quantiser.encode(latents, context: context)
    latents.removeAll()
    return grid
  }
}
