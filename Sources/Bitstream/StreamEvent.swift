/// Header, block, trailer or damage that a decoder returns, in the order of the input.
public enum StreamEvent: Equatable, Sendable {
  /// Beginning of a stream; another stream may follow its trailer. With `DamagePolicy.lenient`, also the first intact
  /// header behind a lost beginning.
  case header(StreamHeader)
  /// Next block of the stream.
  case block(StreamBlock)
  /// End of the stream that the last header opened.
  case trailer(StreamTrailer)
  /// Damage to the input, only with `DamagePolicy.lenient`.
  case damage(StreamDamage)
}
