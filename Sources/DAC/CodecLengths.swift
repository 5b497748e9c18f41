public import Kernels
public import ModelStore

/// Numbers of frames and samples that a DAC gives, computed from its strides and kernel sizes.
///
/// Source: PyTorch's formulas for `Conv1d` and `ConvTranspose1d`; `dac/model/base.py` (descript-audio-codec 1.0.0) for
/// the delay.
public struct CodecLengths: Equatable, Sendable {
  private let encoder: [Layer]
  private let decoder: [Layer]
  /// Number of samples per frame.
  public let hopLength: Int

  private struct Layer: Equatable {
    var kernelSize: Int
    var stride = 1
    var dilation = 1
    var padding = 0
    var isTransposed = false

    var extent: Int { dilation * (kernelSize - 1) + 1 }

    func outputLength(_ length: Int, edges: InputEdges) -> Int {
      let padding = edges == .padded ? padding : 0
      return isTransposed
        ? (length - 1) * stride + extent - 2 * padding
        : floorDivision(length + 2 * padding - extent, stride) + 1
    }

    /// Returns the number of input rows that the layer needs for `length` output rows without padding.
    func inputLength(_ length: Int) -> Int {
      isTransposed ? -floorDivision(extent - length, stride) + 1 : (length - 1) * stride + extent
    }
  }

  /// Computes the layers of a DAC from its configuration.
  ///
  /// - Precondition: `configuration.kind` is `.dac`.
  public init(_ configuration: CodecConfiguration) {
    precondition(configuration.kind == .dac, "only DAC works without padding")
    let units = ResidualUnit.dilations.map { Layer(kernelSize: 7, dilation: $0, padding: 3 * $0) }
    let outer = Layer(kernelSize: 7, padding: 3)
    func strided(_ stride: Int, isTransposed: Bool) -> Layer {
      Layer(
        kernelSize: 2 * stride, stride: stride, padding: stridePadding(stride, of: .dac), isTransposed: isTransposed)
    }
    encoder =
      [outer] + configuration.encoderRates.flatMap { units + [strided($0, isTransposed: false)] }
      + [Layer(kernelSize: 3, padding: 1)]
    decoder = [outer] + configuration.decoderRates.flatMap { [strided($0, isTransposed: true)] + units } + [outer]
    hopLength = configuration.hopLength
  }

  /// Returns the number of frames that the encoder gives for `sampleCount` samples, which are first padded to whole
  /// hops; 0 for too few samples.
  public func encodedFrameCount(forSampleCount sampleCount: Int, edges: InputEdges) -> Int {
    let padded = (sampleCount + hopLength - 1) / hopLength * hopLength
    return Self.outputLength(of: encoder, padded, edges)
  }

  /// Returns the number of samples that the decoder gives for `frameCount` frames; 0 for too few frames.
  ///
  /// Padded edges give `frameCount · hopLength` samples, or fewer if a stride is odd.
  public func decodedSampleCount(forFrameCount frameCount: Int, edges: InputEdges) -> Int {
    Self.outputLength(of: decoder, frameCount, edges)
  }

  private static func outputLength(of layers: [Layer], _ length: Int, _ edges: InputEdges) -> Int {
    // The formula of a transposed convolution is positive even for an empty input.
    layers.reduce(length) { $0 <= 0 ? 0 : max(0, $1.outputLength($0, edges: edges)) }
  }

  /// Number of samples that encoder and decoder together lose at either end without padding, rounded down
  /// (`get_delay`).
  public var delay: Int {
    let layers = encoder + decoder
    let output = layers.reduce(0) { $1.outputLength($0, edges: .bare) }
    let input = layers.reversed().reduce(output) { $1.inputLength($0) }
    return floorDivision(input - output, 2)
  }
}

/// Returns the quotient ⌊a / b⌋ for an `a` of any sign and a positive `b`.
private func floorDivision(_ a: Int, _ b: Int) -> Int {
  let quotient = a / b
  return a % b < 0 ? quotient - 1 : quotient
}
