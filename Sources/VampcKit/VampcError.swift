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
  /// The input holds no stream.
  case nothingToDecode

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
    case .nothingToDecode: "no stream in the input"
    }
  }
}
