/// Trailer of a stream: the values that are known only at the end of the stream (`formats/container.md`, section 4).
public struct StreamTrailer: Equatable, Sendable {
  /// Length from the stream's first frame on, in samples per channel at the source's rate.
  public var sampleCount: Int
  /// CRC-32 over all kept tokens; see `TokenHash`.
  public var tokenHash: UInt32

  /// Creates a trailer; the values are not checked.
  public init(sampleCount: Int, tokenHash: UInt32) {
    self.sampleCount = sampleCount
    self.tokenHash = tokenHash
  }
}
