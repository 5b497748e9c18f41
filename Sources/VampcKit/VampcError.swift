public import ExplainedErrors

/// What the encoder and the decoder can object to beyond what files and models do.
public enum VampcError: Error, Equatable, Sendable, CustomStringConvertible {
  /// More codebooks than the model has.
  case tooManyCodebooks(asked: Int, available: Int)
  /// No point of the frontier is at or below the wanted rate.
  case bitrateTooLow(askedBps: Double, lowestBps: Double)
  /// More channels than a stream holds.
  case tooManyChannels(found: Int, allowed: Int)
  /// The stream was made with another codec than the model that was named.
  case wrongCodec(stream: String, model: String)
  /// The codec has other dimensions than the stream says.
  case wrongGeometry(model: String)
  /// The part of a recording that was asked for begins where it has ended.
  case rangeBeyondEnd(durationSeconds: Double)
  /// The frontier file is not as `formats/model.md` says.
  case invalidFrontier(path: String, reason: String)
  /// A stream cannot be trimmed to this period.
  case periodNotMultiple(asked: Int, present: Int)
  /// The input holds no stream.
  case nothingToDecode

  // `.dac` files.
  /// DAC's tool cannot encode no samples at all.
  case emptyRecording
  /// The codec is no DAC, or the codes of a `.dac` file are not for it.
  case codecDoesNotFit(model: String, reason: String)
  /// None of the installed codecs fits a `.dac` file, which does not say whose it is.
  case noCodecFits(reasons: [String])
  case severalCodecsFit([String])
  /// Without padding nothing is left of a window.
  case windowTooShort(sampleCount: Int, lostSampleCount: Int)

  public var description: String {
    switch self {
    case .tooManyCodebooks(let asked, let available): "\(asked) codebooks asked for, but the model has \(available)"
    case .bitrateTooLow(let asked, let lowest):
      "no setting of this model reaches \(Int(asked)) bits/s; its lowest token rate is \(Int(lowest.rounded(.up))) bits/s"
    case .tooManyChannels(let found, let allowed): "\(found) channels, at most \(allowed) can be kept"
    case .wrongCodec(let stream, let model):
      "the stream was made with codec \(stream), not with \(model); --force-model decodes it all the same"
    case .wrongGeometry(let model): "the stream's tokens do not fit the codec of \(model)"
    case .rangeBeyondEnd(let seconds): "nothing to decode there: it ends after \(seconds) s"
    case .invalidFrontier(let path, let reason): "\(path): \(reason)"
    case .periodNotMultiple(let asked, let present):
      "the stream keeps 1 frame in \(present), of which 1 in \(asked) cannot be made; "
        + "possible are \(present), \(2 * present), \(3 * present) and so on"
    case .nothingToDecode: "no stream in the input"
    case .emptyRecording: "no samples, and a .dac file cannot hold an empty recording"
    case .codecDoesNotFit(let model, let reason): "\(model) is not the codec for this .dac file: \(reason)"
    case .noCodecFits(let reasons):
      "no installed model is the codec for this .dac file"
        + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
    case .severalCodecsFit(let models):
      "a .dac file does not say which model made it, and several fit: \(models.joined(separator: ", "))"
    case .windowTooShort(let count, let lost):
      "a window of \(count) samples is too short: without padding this codec loses \(lost) at either end"
    }
  }
}

extension VampcError: ExplainedError {
  public var subject: ErrorSubject? {
    switch self {
    case .tooManyCodebooks: .option("--codebooks")
    case .bitrateTooLow: .option("--bitrate")
    case .invalidFrontier(let path, _): .model(path)
    // Errors about the input at hand.
    case .tooManyChannels, .wrongCodec, .wrongGeometry, .rangeBeyondEnd, .periodNotMultiple, .nothingToDecode,
      .emptyRecording, .codecDoesNotFit, .noCodecFits, .severalCodecsFit, .windowTooShort:
      nil
    }
  }

  public var kind: ErrorKind {
    switch self {
    case .tooManyCodebooks, .bitrateTooLow, .periodNotMultiple, .rangeBeyondEnd: .usage
    case .nothingToDecode, .invalidFrontier: .badInput
    case .tooManyChannels, .wrongCodec, .wrongGeometry, .emptyRecording, .codecDoesNotFit, .noCodecFits,
      .severalCodecsFit, .windowTooShort:
      .failure
    }
  }

  public var hint: String? {
    switch self {
    case .noCodecFits, .severalCodecsFit: "--model names the model that made it"
    default: nil
    }
  }
}
