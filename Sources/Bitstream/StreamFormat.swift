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

  /// Number of bytes of a record's CRC-32.
  static let checksumByteCount = 4
}
