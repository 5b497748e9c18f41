extension ModelHash {
  /// Creates the hash of a codec from its 12 hexadecimal digits, in lower or upper case; `nil` for any other text.
  public init?(codecDigits: String) {
    self.init(digits: codecDigits, byteCount: StreamFormat.codecHashByteCount)
  }

  /// Creates the hash of a generator from its 8 hexadecimal digits, in lower or upper case; `nil` for any other text.
  public init?(generatorDigits: String) {
    self.init(digits: generatorDigits, byteCount: StreamFormat.generatorHashByteCount)
  }

  private init?(digits: String, byteCount: Int) {
    let values = digits.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard values.count == digits.utf8.count, values.count == 2 * byteCount else { return nil }
    self.init(bytes: (0..<byteCount).map { UInt8(values[2 * $0] << 4 | values[2 * $0 + 1]) })
  }
}
