/// Local date and time at which a recording began: the `bext` chunk of a Broadcast Wave file (EBU Tech 3285, section
/// 2.3).
///
/// The chunk states no time zone.
public struct BroadcastOrigin: Equatable, Sendable {
  /// Year of the Gregorian calendar, 1 to 9999.
  public let year: Int
  /// Month, 1 to 12.
  public let month: Int
  /// Day of the month, 1 to 31; whether the month has this day is not checked.
  public let day: Int
  /// Microseconds from midnight to the first sample, less than a day.
  public let microsecondsOfDay: Int

  /// Number of first bytes of the chunk that are read: up to the end of the time reference.
  static let byteCount = 346
  private static let microsecondsPerDay = 86_400_000_000

  /// Reads the first ``byteCount`` bytes of a `bext` chunk; `nil` for fewer bytes, and where these bytes state no valid
  /// date and time.
  ///
  /// The time of day is the later one of two fields: the origination time, and the time reference, which counts samples
  /// since midnight. The later files of a long recording repeat the origination time of the first file. A time
  /// reference of a day or more is ignored.
  init?(_ fields: HeaderFields, sampleRateHz: Int) {
    guard fields.bytes.count >= Self.byteCount, sampleRateHz > 0 else { return nil }
    /// Returns the number in `digitCount` decimal digits at a byte offset; `nil` where the number is not in `allowed`
    /// or a byte is no digit. The bytes between the numbers of a date may be any separators.
    func number(at offset: Int, _ digitCount: Int, in allowed: ClosedRange<Int>) -> Int? {
      let digits = fields.bytes[offset..<offset + digitCount]
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      let value = digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
      return allowed.contains(value) ? value : nil
    }
    guard let year = number(at: 320, 4, in: 1...9_999), let month = number(at: 325, 2, in: 1...12),
      let day = number(at: 328, 2, in: 1...31), let hour = number(at: 330, 2, in: 0...23),
      let minute = number(at: 333, 2, in: 0...59), let second = number(at: 336, 2, in: 0...59)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    let origination = ((hour * 60 + minute) * 60 + second) * 1_000_000
    let reference = fields.unsigned(at: 338, byteCount: 8)
    let (seconds, samples) = reference.quotientAndRemainder(dividingBy: sampleRateHz)
    let isOfDay = seconds < Self.microsecondsPerDay / 1_000_000
    let referenced = isOfDay ? seconds * 1_000_000 + samples * 1_000_000 / sampleRateHz : 0
    microsecondsOfDay = max(origination, referenced)
  }
}
