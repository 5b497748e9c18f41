import Foundation

/// Texts of numbers in the style of the report: a real minus sign, and narrow spaces between thousands from 10 000 on.
package enum NumberText {
  /// Text of a coordinate in a drawing, with at most two decimals and a hyphen as minus sign; 0 for values that are not
  /// finite or of a magnitude of 1e9 or more.
  package static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Text with at least three significant digits and a real minus sign: `0.0123`, `1.23`, `12 345`. Magnitudes below
  /// 0.0001, except 0, and from 1e9 on have an exponent. Values that are not finite give a dash.
  package static func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == 0 { return "0" }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    if magnitude < -4 || magnitude > 8 {
      return minusSigned(String(format: "%.2e", value))
    }
    return fixed(value, decimals: max(0, 2 - magnitude))
  }

  /// Text with a fixed number of decimals; from 10 000 on, a narrow space separates thousands. Values that are not
  /// finite give a dash.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let text = String(format: "%.\(decimals)f", value)
    let parts = text.split(separator: ".", maxSplits: 1)
    var whole = parts.first.map(String.init) ?? "0"
    let isNegative = whole.hasPrefix("-") && text.contains { ("1"..."9").contains($0) }
    whole = whole.replacingOccurrences(of: "-", with: "")
    if whole.count > 4 {
      var grouped = ""
      for (index, digit) in whole.enumerated() {
        if index > 0, (whole.count - index) % 3 == 0 { grouped += "\u{202F}" }
        grouped.append(digit)
      }
      whole = grouped
    }
    return (isNegative ? "\u{2212}" : "") + whole + (parts.count > 1 ? ".\(parts[1])" : "")
  }

  /// Text of a number of at most six decimals without trailing zeros: `0.05`, `2`, `1000`. Other numbers are written as
  /// by ``short(_:)``.
  package static func tick(_ value: Double) -> String {
    let decimals = (0...6).first { abs((value * pow(10, Double($0))).rounded() / pow(10, Double($0)) - value) < 1e-9 }
    return decimals.map { fixed(value, decimals: $0) } ?? short(value)
  }

  /// Text of a bitrate, given in bit/s, in kbit/s without the unit: three decimals below 1 kbit/s, two below 100
  /// kbit/s, otherwise one.
  package static func kilobits(_ bitsPerSecond: Double) -> String {
    let kilobits = bitsPerSecond / 1_000
    return fixed(kilobits, decimals: kilobits < 1 ? 3 : kilobits < 100 ? 2 : 1)
  }

  /// Text of a count with its noun: `1 clip`, `2 clips`.
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(fixed(Double(count), decimals: 0)) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func minusSigned(_ text: String) -> String { text.replacingOccurrences(of: "-", with: "\u{2212}") }
}
