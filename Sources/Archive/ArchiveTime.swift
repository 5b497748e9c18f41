/// Point in time, with the UTC offset of the local clock (`formats/archive.md`, section 2).
public struct ArchiveTime: Equatable, Hashable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z without leap seconds; in an archive within
  /// `ArchiveLimits.startMicroseconds`.
  public var microseconds: Int
  /// Minutes by which the local clock is ahead of UTC; negative where it is behind.
  public var utcOffsetMinutes: Int

  /// Creates a point in time; the values are not checked.
  public init(microseconds: Int, utcOffsetMinutes: Int = 0) {
    self.microseconds = microseconds
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  /// Returns this time minus a duration: `sampleCount` samples at `rateHz` hertz, rounded down to whole microseconds
  /// and at most 2⁵⁵ µs.
  ///
  /// - Precondition: `sampleCount` is not negative; `rateHz` is positive.
  public func subtracting(sampleCount: Int, rateHz: Int) -> ArchiveTime {
    let duration = scaled(sampleCount, times: 1_000_000, over: rateHz, roundingUp: false)
    return ArchiveTime(
      microseconds: microseconds - min(duration, 1 << 55), utcOffsetMinutes: utcOffsetMinutes)
  }

  /// Returns this time plus a duration: `sampleCount` samples at `rateHz` hertz, rounded down to whole microseconds
  /// and at most 2⁵⁵ µs.
  ///
  /// - Precondition: `sampleCount` is not negative; `rateHz` is positive.
  public func adding(sampleCount: Int, rateHz: Int) -> ArchiveTime {
    let duration = scaled(sampleCount, times: 1_000_000, over: rateHz, roundingUp: false)
    return ArchiveTime(
      microseconds: microseconds + min(duration, 1 << 55), utcOffsetMinutes: utcOffsetMinutes)
  }
}

/// Text form of RFC 3339, section 5.6.
extension ArchiveTime: CustomStringConvertible {
  /// Parses a time such as `2026-11-23T17:27:21.25+01:00`; `nil` for any other form and for a date or a time of day
  /// that does not exist.
  ///
  /// `t` or a space in place of `T`, and `z` in place of `Z`, are accepted. Decimals of a second after the sixth are
  /// dropped. A leap second (`:60`) becomes the first second of the next minute.
  public init?(rfc3339 text: String) {
    var rest = Array(text.utf8)[...]
    func digits(_ count: Int) -> Int? {
      guard rest.count >= count else { return nil }
      var value = 0
      for byte in rest.prefix(count) {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      rest.removeFirst(count)
      return value
    }
    func skip(_ allowed: String) -> Bool {
      guard let first = rest.first, allowed.utf8.contains(first) else { return false }
      rest.removeFirst()
      return true
    }
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2), skip("Tt "),
      let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
      (1...12).contains(month), (1...Self.dayCount(year, month)).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var fraction = 0
    if skip(".") {
      var factor = 100_000
      guard let first = digits(1) else { return nil }
      fraction = first * factor
      while let digit = digits(1) {
        factor /= 10
        fraction += digit * factor
      }
    }
    var offset = 0
    if !skip("Zz") {
      guard let sign = rest.first, skip("+-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24,
        minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * (sign == 0x2D ? -1 : 1)
    }
    guard rest.isEmpty else { return nil }
    let seconds = Self.days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
    self.init(microseconds: seconds * 1_000_000 + fraction, utcOffsetMinutes: offset)
  }

  /// RFC 3339 form in local time, with as many decimals of a second as needed; `Z` for a UTC offset of 0.
  public var description: String {
    let local = microseconds + utcOffsetMinutes * 60_000_000
    let (seconds, fraction) = Self.floorDivision(local, 1_000_000)
    let (days, second) = Self.floorDivision(seconds, 86_400)
    let (year, month, day) = Self.date(days)
    func padded(_ value: Int, _ count: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
    text += "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if fraction != 0 {
      var digits = padded(fraction, 6)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    guard utcOffsetMinutes != 0 else { return text + "Z" }
    let offset = abs(utcOffsetMinutes)
    return text + (utcOffsetMinutes < 0 ? "-" : "+") + padded(offset / 60, 2) + ":" + padded(offset % 60, 2)
  }

  private static func dayCount(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  private static func floorDivision(_ value: Int, _ divisor: Int) -> (quotient: Int, rest: Int) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }

  /// Returns the number of days from 1970-01-01 to a Gregorian date.
  ///
  /// The calculation lets years begin in March, so that the leap day is the last day of a year. 719 468 days lie
  /// between 0000-03-01 and 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let marchMonth = (month + 9) % 12
    let beforeYear =
      365 * marchYear + floorDivision(marchYear, 4).quotient - floorDivision(marchYear, 100).quotient
      + floorDivision(marchYear, 400).quotient
    // The months from March to January have 31 30 31 30 31 31 30 31 30 31 31 days: 153 in five months.
    return beforeYear + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
  }

  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    // 146 097 days are 400 years. Without its leap days (one in 4 years, none in 100, one in 400) a year has 365 days.
    let (era, dayOfEra) = floorDivision(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}

/// Returns `value · factor / divisor` without overflow, at most 2⁶⁰; rounded up if `roundingUp` is true, otherwise
/// rounded down.
///
/// - Precondition: `value` and `factor` are not negative; `divisor` is positive.
func scaled(_ value: Int, times factor: Int, over divisor: Int, roundingUp: Bool) -> Int {
  precondition(value >= 0 && factor >= 0 && divisor > 0, "scaling of negative numbers")
  let most = 1 << 60
  let product = UInt(value).multipliedFullWidth(by: UInt(factor))
  guard product.high < UInt(divisor) else { return most }
  let (quotient, rest) = UInt(divisor).dividingFullWidth(product)
  guard quotient < UInt(most) else { return most }
  return Int(quotient) + (roundingUp && rest > 0 ? 1 : 0)
}
