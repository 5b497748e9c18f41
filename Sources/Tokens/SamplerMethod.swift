/// Algorithm that decides which masked tokens a step settles.
public enum SamplerMethod: String, CaseIterable, Hashable, Sendable {
  /// VampNet's sampler: each step settles the tokens of highest confidence, which is log probability plus Gumbel noise
  /// (arXiv 2307.04686, section 3.3).
  case vampnet
  /// VampNet's sampler with tokens settled in random order.
  case vampnetRandom = "vampnet-random"
  /// MAGNeT's sampler: one codebook after the other, and spans of frames that are scored and masked together
  /// (arXiv 2401.04577).
  case magnet
}
