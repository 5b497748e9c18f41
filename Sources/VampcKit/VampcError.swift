public import ExplainedErrors

/// Error of encoding, decoding, trimming and varying recordings.
public enum VampcError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The settings ask for more codebooks than the model's codec has or, where tokens are generated, than its
  /// transformers cover.
  case tooManyCodebooks(asked: Int, available: Int)
  /// Every prompt of the frontier has a higher rate than the requested rate.
  case bitrateTooLow(askedBps: Double, lowestBps: Double)
  /// The recording has more channels than a stream can hold.
  case tooManyChannels(found: Int, allowed: Int)
  /// The named model has another codec than the stream. Both values are codec hashes, with the name of the model if
  /// known.
  case wrongCodec(stream: String, model: String)
  /// The codec of `model` has other dimensions than the stream states.
  case wrongGeometry(model: String)
  /// The requested segment begins at or behind the end of the recording, whose length is `durationSeconds`.
  case rangeBeyondEnd(durationSeconds: Double)
  /// The file with a model's frontier violates `formats/model.md`.
  case invalidFrontier(path: String, reason: String)
  /// The file with a model's default sampler settings violates `formats/model.md`.
  case invalidSampler(path: String, reason: String)
  /// The requested period of a trimmed stream is no multiple of its present period; both are numbers of frames.
  case periodNotMultiple(asked: Int, present: Int)
  /// The input holds no stream.
  case nothingToDecode
  /// The model lacks a transformer, so it cannot generate tokens.
  case noGenerator(model: String)
  /// The second model, named `model`, cannot rescore the first model: the codecs have different codebooks, or the
  /// transformers cover different numbers of codebooks.
  case rescorerDoesNotFit(model: String, reason: String)
  /// The recording has no samples, so there is nothing to vary.
  case nothingToVary
  /// The loop is longer than its resampler allows; both values are samples per channel.
  case loopTooLong(sampleCount: Int, allowed: Int)

  // `.dac` files.
  /// The recording has no samples, which a `.dac` file cannot hold.
  case emptyRecording
  /// The model's codec is not a DAC, or the codes of a `.dac` file do not fit this codec.
  case codecDoesNotFit(model: String, reason: String)
  /// No installed codec fits a `.dac` file, which does not name its codec. There is one reason for each installed model
  /// that can be read.
  case noCodecFits(reasons: [String])
  /// Several different installed codecs fit a `.dac` file. The value has the names of their models.
  case severalCodecsFit([String])
  /// A window without padding is too short: the codec loses samples at both ends. `sampleCount` is the length of the
  /// window at the codec's rate, `lostSampleCount` the loss at either end.
  case windowTooShort(sampleCount: Int, lostSampleCount: Int)

  /// Error in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .tooManyCodebooks(let asked, let available): "\(asked) codebooks asked for, but the model has \(available)"
    case .bitrateTooLow(let asked, let lowest):
      "no setting of this model reaches \(Int(asked)) bit/s; its lowest token rate is \(Int(lowest.rounded(.up))) bit/s"
    case .tooManyChannels(let found, let allowed): "\(found) channels, at most \(allowed) can be kept"
    case .wrongCodec(let stream, let model):
      "the stream was made with codec \(stream), not with \(model); --force-model decodes it all the same"
    case .wrongGeometry(let model): "the stream's tokens do not fit the codec of \(model)"
    case .rangeBeyondEnd(let seconds): "nothing to decode there: it ends after \(seconds) s"
    case .invalidFrontier(let path, let reason), .invalidSampler(let path, let reason): "\(path): \(reason)"
    case .periodNotMultiple(let asked, let present):
      "the stream keeps 1 frame in \(present), of which 1 in \(asked) cannot be made; "
        + "possible are \(present), \(2 * present), \(3 * present) and so on"
    case .nothingToDecode: "no stream in the input"
    case .noGenerator(let model): "\(model) has no transformers and cannot generate"
    case .rescorerDoesNotFit(let model, let reason): "\(model) cannot rescore: \(reason)"
    case .nothingToVary: "no samples, nothing to vary"
    case .loopTooLong(let count, let allowed): "a loop of \(count) samples, at most \(allowed) are possible"
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
  /// Model or option that the error is about; nil for the input at hand.
  public var subject: ErrorSubject? {
    switch self {
    case .tooManyCodebooks: .option("--codebooks")
    case .bitrateTooLow: .option("--bitrate")
    case .windowTooShort: .option("--window")
    case .invalidFrontier(let path, _), .invalidSampler(let path, _): .model(path)
    case .noGenerator: .option("--model")
    case .rescorerDoesNotFit: .option("--rescore")
    // Errors about the input at hand.
    case .tooManyChannels, .wrongCodec, .wrongGeometry, .rangeBeyondEnd, .periodNotMultiple, .nothingToDecode,
      .nothingToVary, .loopTooLong, .emptyRecording, .codecDoesNotFit, .noCodecFits, .severalCodecsFit:
      nil
    }
  }

  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    switch self {
    case .tooManyCodebooks, .bitrateTooLow, .periodNotMultiple, .rangeBeyondEnd, .noGenerator, .rescorerDoesNotFit,
      .windowTooShort:
      .usage
    case .nothingToDecode, .nothingToVary, .loopTooLong, .invalidFrontier, .invalidSampler: .badInput
    case .tooManyChannels, .wrongCodec, .wrongGeometry, .emptyRecording, .codecDoesNotFit, .noCodecFits,
      .severalCodecsFit:
      .failure
    }
  }

  /// Next step for the user; nil where there is none.
  public var hint: String? {
    switch self {
    case .noCodecFits, .severalCodecsFit: "--model names the model that made it"
    default: nil
    }
  }
}
