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
  /// A stream in a file differs from the ones before it in what the output file is made for.
  case formatChanges(at: Int)
  /// The frontier file is not as `formats/model.md` says.
  case invalidFrontier(path: String, reason: String)
  /// A stream cannot be trimmed to this period.
  case periodNotMultiple(asked: Int, present: Int)
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
    case .formatChanges(let index): "stream \(index + 1) has another sample rate or channel count than the first"
    case .invalidFrontier(let path, let reason): "\(path): \(reason)"
    case .periodNotMultiple(let asked, let present):
      "the stream keeps 1 frame in \(present), of which 1 in \(asked) cannot be made; "
        + "possible are \(present), \(2 * present), \(3 * present) and so on"
    case .nothingToDecode: "no stream in the input"
    }
  }
}
