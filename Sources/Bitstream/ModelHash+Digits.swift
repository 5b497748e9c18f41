extension ModelHash {
  /// Hash of a codec from its hexadecimal digits, as `description` prints them; nil unless there are 12.
  public init?(codecDigits: String) {
    self.init(digits: codecDigits, byteCount: StreamFormat.codecHashByteCount)
  }

  /// Hash of a generator from its hexadecimal digits, as `description` prints them; nil unless there are 8.
  public init?(generatorDigits: String) {
    self.init(digits: generatorDigits, byteCount: StreamFormat.generatorHashByteCount)
  }

  private init?(digits: String, byteCount: Int) {
    let values = digits.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard values.count == digits.utf8.count, values.count == 2 * byteCount else { return nil }
    self.init(bytes: (0..<byteCount).map { UInt8(values[2 * $0] << 4 | values[2 * $0 + 1]) })
  }
}
