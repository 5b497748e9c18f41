/// Constants of the container (`formats/container.md`).
public enum StreamFormat {
  /// Version that this module writes and reads.
  public static let version = 1
  /// First bytes of every record; 0xF5 never occurs in UTF-8.
  public static let sync: [UInt8] = [0xF5, 0x56, 0x43]
  /// Number of bytes of a codec's identity that a header stores.
  ///
  /// A wrong codec decodes to noise. Among 10 000 codecs the odds that any two share 6 bytes are 1 to 5.6 million
  /// (`formats/container.md`, section 3).
  public static let codecHashByteCount = 6
  /// Number of bytes of a generator's identity that a header stores.
  ///
  /// Generators are compared only within one codec. A given wrong generator passes unnoticed in 1 of 4.3 billion cases
  /// (`formats/container.md`, section 3).
  public static let generatorHashByteCount = 4

  /// Bytes of a record's CRC-32.
  static let checksumByteCount = 4
}

/// Ranges of the container's fields; a reader rejects other values before any allocation (`formats/container.md`,
/// sections 2 to 6).
public enum StreamLimits {
  /// Largest number of bytes of a record's body.
  public static let bodyByteCount = 1 << 20
  /// Largest number of tokens of a block, masked ones included: frames × codebooks of the codec × coded channels.
  public static let blockTokenCount = 1 << 20
  /// Largest end frame (exclusive).
  public static let frameNumber = 1 << 48
  /// Largest length of a stream, in samples per channel.
  public static let sampleCount = 1 << 53

  /// Sample rates of a codec, in Hz.
  public static let codecSampleRateHz = 1...1_000_000
  /// Samples per frame at the codec's sample rate.
  public static let hopLength = 1...65_536
  /// Numbers of codebooks of a codec.
  public static let codebookCount = 1...256
  /// Numbers of entries of a codebook.
  public static let codebookSize = 2...65_536
  /// Periods of the keep mask, in frames; 0 is valid only in streams with block masks.
  public static let period = 0...65_535
  /// Sample rates of a source, in Hz.
  public static let sourceSampleRateHz = 1...16_777_216
  /// Numbers of coded channels and of source channels.
  public static let channelCount = 1...1_024
  /// Numbers of terms of a block's mask.
  public static let maskTermCount = 0...15

  /// Largest number of bytes of a tags record's body.
  public static let tagsByteCount = 65_536
  /// Numbers of tags of a stream.
  public static let tagCount = 1...256
  /// Numbers of UTF-8 bytes of a tag's key.
  public static let tagKeyByteCount = 1...255
  /// Numbers of UTF-8 bytes of a tag's value.
  public static let tagValueByteCount = 0...32_768
}
