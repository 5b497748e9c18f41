/// Constants of the container, as `formats/container.md` fixes them.
public enum StreamFormat {
  /// The version that this module writes and reads.
  public static let version = 1
  /// The bytes every record begins with; 0xF5 never occurs in UTF-8.
  public static let sync: [UInt8] = [0xF5, 0x56, 0x43]
  /// Bytes of the SHA-256 of a codec's tensors that a header carries.
  ///
  /// Another codec decodes to noise, so a chance match must not happen: among 10 000 codecs the odds that any two share
  /// 48 bits are 1 to 5.6 million.
  public static let codecHashByteCount = 6
  /// Bytes of the SHA-256 of a generator's tensors that a header carries.
  ///
  /// Compared only among generators of one codec, and a wrong one is merely worth a warning: a given other generator
  /// passes unnoticed in 1 of 4.3 billion cases.
  public static let generatorHashByteCount = 4

  static let checksumByteCount = 4
  /// Sync, kind, the longest length field, checksum.
  static let longestFramingByteCount = 3 + 1 + 3 + checksumByteCount
}

/// Bounds of what a stream may hold; a reader rejects what passes them before it allocates anything.
public enum StreamLimits {
  /// Bytes of a record's body.
  public static let bodyByteCount = 1 << 20
  /// Tokens of a block were none masked: frames × codebooks of the codec × coded channels.
  public static let blockTokenCount = 1 << 20
  /// The last frame number plus 1.
  public static let frameNumber = 1 << 48
  /// Samples per channel.
  public static let sampleCount = 1 << 53

  public static let codecSampleRateHz = 1...1_000_000
  public static let hopLength = 1...65_536
  public static let codebookCount = 1...256
  public static let codebookSize = 2...65_536
  /// 0 is allowed only in streams with block masks.
  public static let period = 0...65_535
  public static let sourceSampleRateHz = 1...16_777_216
  public static let channelCount = 1...1_024
  /// Terms of a block's mask.
  public static let maskTermCount = 0...15
  /// Hundredths of a decibel.
  public static let gainHundredthsDB = -32_768...32_767

  /// Bytes of a tags record's body.
  public static let tagsByteCount = 65_536
  public static let tagCount = 1...256
  /// UTF-8 bytes.
  public static let tagKeyByteCount = 1...255
  /// UTF-8 bytes.
  public static let tagValueByteCount = 0...32_768
}
