/// Way in which a sampler computes random numbers and its mask schedule (`formats/container.md`, section 11.1).
///
/// Sampler settings determine generated tokens only together with a revision. Streams of version 1 of the container
/// have the first revision.
public enum SamplerRevision: Int, CaseIterable, Hashable, Sendable {
  /// Uniform random numbers may be exactly 1, and the mask schedule takes π rounded towards 0.
  case first = 1
  /// Uniform random numbers are less than 1, and the mask schedule takes π rounded to nearest, as the published code
  /// does.
  case second = 2
}
