/// Dimensions of a DAC or LAC codec from its model file.
///
/// All values are in the ranges of `formats/model.md`.
public struct CodecConfiguration: Equatable, Hashable, Sendable {
  /// Kind of codec; the kinds differ in the decoder and in the padding of odd strides.
  public enum Kind: String, Sendable {
    /// DAC: Descript Audio Codec (arXiv 2306.06546).
    case dac = "DAC"
    /// LAC: codec in VampNet's published checkpoint.
    case lac = "LAC"
  }

  /// Whether the codec is a DAC or a LAC.
  public let kind: Kind
  /// Number of channels after the encoder's first convolution; every later block doubles the channels.
  public let encoderDim: Int
  /// Strides of the encoder's blocks from input to output.
  public let encoderRates: [Int]
  /// Number of values of a latent, which is the encoder's output for one frame.
  public let latentDim: Int
  /// Number of channels after the decoder's first convolution; every later block halves the channels, rounded down.
  public let decoderDim: Int
  /// Strides of the decoder's blocks from input to output.
  public let decoderRates: [Int]
  /// Number of codebooks: tokens per frame of one channel.
  public let codebookCount: Int
  /// Number of entries per codebook: values that a token can have.
  public let codebookSize: Int
  /// Number of values of a codebook entry.
  public let codebookDim: Int
  /// Sample rate of the codec in Hz.
  public let sampleRateHz: Int

  /// Number of samples per frame: the product of the encoder's strides.
  public var hopLength: Int { encoderRates.reduce(1, *) }

  static let widths = 1...65_536
  static let rateCounts = 1...16
  static let rates = 1...1_024
  static let hopLengths = 1...65_536
  static let codebookCounts = 1...64
  static let sampleRatesHz = 1_000...768_000

  /// Configuration from the arguments of the codec's constructor.
  ///
  /// - Throws: ``ModelError/missingMetadata(path:key:)``, or ``ModelError/invalidMetadata(path:key:found:allowed:)``
  ///   for values that are out of range or do not fit together.
  init(kind: Kind, _ arguments: NetworkArguments) throws {
    self.kind = kind
    encoderDim = try arguments.integer("encoder_dim", in: Self.widths)
    encoderRates = try arguments.integers("encoder_rates", count: Self.rateCounts, in: Self.rates)
    decoderDim = try arguments.integer("decoder_dim", in: Self.widths)
    decoderRates = try arguments.integers("decoder_rates", count: Self.rateCounts, in: Self.rates)
    codebookCount = try arguments.integer("n_codebooks", in: Self.codebookCounts)
    codebookSize = try arguments.integer("codebook_size", in: Self.widths)
    codebookDim = try arguments.integer("codebook_dim", in: Self.widths)
    sampleRateHz = try arguments.integer("sample_rate", in: Self.sampleRatesHz)

    // 16 factors of up to 2^10 would overflow, so the bound is checked after each factor.
    func hop(_ rates: [Int]) -> Int? {
      rates.reduce(1 as Int?) { product, rate in
        product.map { $0 * rate }.flatMap { Self.hopLengths.contains($0) ? $0 : nil }
      }
    }
    guard let encoderHop = hop(encoderRates) else {
      throw arguments.invalid(
        "encoder_rates", found: encoderRates.count, allowed: "rates with a product of \(Self.hopLengths)")
    }
    guard hop(decoderRates) == encoderHop else {
      throw arguments.invalid(
        "decoder_rates", found: hop(decoderRates) ?? -1, allowed: "rates with the encoder's product \(encoderHop)")
    }
    let encoderWidth = encoderDim << encoderRates.count
    guard Self.widths.contains(encoderWidth) else {
      throw arguments.invalid(
        "encoder_dim", found: encoderDim, allowed: "at most \(Self.widths.upperBound >> encoderRates.count)")
    }
    guard decoderDim >> decoderRates.count >= 1 else {
      throw arguments.invalid("decoder_dim", found: decoderDim, allowed: "at least \(1 << decoderRates.count)")
    }
    latentDim = try arguments.optionalInteger("latent_dim", in: Self.widths) ?? encoderWidth
  }

  /// Keys and values that the identity's hash covers in addition to the weights (`formats/model.md`).
  var identityLines: [String: String] {
    [
      "kind": kind.rawValue,
      "encoder_dim": "\(encoderDim)",
      "encoder_rates": encoderRates.map(String.init).joined(separator: ","),
      "latent_dim": "\(latentDim)",
      "decoder_dim": "\(decoderDim)",
      "decoder_rates": decoderRates.map(String.init).joined(separator: ","),
      "n_codebooks": "\(codebookCount)",
      "codebook_size": "\(codebookSize)",
      "codebook_dim": "\(codebookDim)",
      "sample_rate": "\(sampleRateHz)",
    ]
  }
}
