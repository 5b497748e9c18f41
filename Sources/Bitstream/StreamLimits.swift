/// Allowed ranges of the container's fields (`formats/container.md`, sections 2 to 6). A reader rejects a value outside
/// its range before it allocates memory for the data that the value describes.
public enum StreamLimits {
  /// Largest number of bytes of a record's body.
  public static let bodyByteCount = 1 << 20
  /// Largest number of tokens of a block, masked ones included: frames × codebooks of the codec × coded channels.
  public static let blockTokenCount = 1 << 20
  /// Largest end frame (exclusive) that a trailer can state; the first frame of a block is less than this number.
  public static let frameNumber = 1 << 48
  /// Largest length of a stream, in samples per channel.
  public static let sampleCount = 1 << 53

  /// Allowed sample rates of a codec, in Hz.
  public static let codecSampleRateHz = 1...1_000_000
  /// Allowed numbers of samples per frame at the codec's sample rate.
  public static let hopLength = 1...65_536
  /// Allowed numbers of codebooks of a codec.
  public static let codebookCount = 1...256
  /// Allowed numbers of entries of a codebook.
  public static let codebookSize = 2...65_536
  /// Allowed periods of the keep mask, in frames; 0 is valid only in streams with block masks.
  public static let period = 0...65_535
  /// Allowed sample rates of a source, in Hz.
  public static let sourceSampleRateHz = 1...16_777_216
  /// Allowed numbers of coded channels and of source channels.
  public static let channelCount = 1...1_024
  /// Allowed numbers of terms in a block's mask.
  public static let maskTermCount = 0...15

  /// Largest number of bytes of a tags record's body.
  public static let tagsByteCount = 65_536
  /// Allowed numbers of tags in a stream.
  public static let tagCount = 1...256
  /// Allowed numbers of UTF-8 bytes in a tag's key.
  public static let tagKeyByteCount = 1...255
  /// Allowed numbers of UTF-8 bytes in a tag's value.
  public static let tagValueByteCount = 0...32_768
}
