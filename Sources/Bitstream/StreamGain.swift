public import Tokens

/// Gain of the source before coding; the decoder divides by the gain (`formats/container.md`, section 3).
public enum StreamGain: Equatable, Hashable, Sendable {
  /// One gain for the whole stream.
  case whole(Gain)
  /// One gain for each block.
  case perBlock
}
