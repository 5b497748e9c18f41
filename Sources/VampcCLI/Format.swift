import Foundation

/// Numbers and quantities as text for users.
enum Format {
  /// Text of `value` with `decimals` digits after the point, in every locale.
  static func number(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    return String(format: "%.\(decimals)f", value)
  }

  /// Text of a number: without decimals for a whole number, otherwise with two decimals.
  static func short(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : number(value, decimals: 2)
  }

  /// Share of 0...1 in percent: with two decimals above 0 and below 10 %, otherwise with one decimal.
  static func percent(_ share: Double) -> String {
    let value = share * 100
    return number(value, decimals: value > 0 && value < 10 ? 2 : 1) + " %"
  }

  static func bitrate(_ bitrateBps: Double) -> String {
    number(bitrateBps, decimals: bitrateBps < 100 ? 1 : 0) + " bit/s"
  }

  static func seconds(_ seconds: Double) -> String { number(seconds, decimals: 2) + " s" }

  static func bytes(_ count: Int) -> String { "\(count) byte" + (count == 1 ? "" : "s") }

  /// Number in millions, such as `8.20 M`: two decimals below ten million, otherwise one.
  static func millions(_ count: Int) -> String {
    number(Double(count) / 1e6, decimals: count < 10_000_000 ? 2 : 1) + " M"
  }

  /// Number and noun, which gets an s unless the number is 1.
  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)" + (count == 1 ? "" : "s") }
}
