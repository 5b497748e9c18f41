import ArgumentParser

/// Bitrate as users write it: `8k`, `0.5k`, `500`, `8kbps`, `64 kbit/s`; more than 0 and at most 1 Gbit/s.
struct BitrateArgument: ExpressibleByArgument, Equatable {
  let bitrateBps: Double

  init(bitrateBps: Double) { self.bitrateBps = bitrateBps }

  init?(argument: String) {
    var text = argument.lowercased().filter { $0 != " " }
    for unit in ["bit/s", "bps", "b/s"] where text.hasSuffix(unit) {
      text.removeLast(unit.count)
      break
    }
    var factor = 1.0
    if text.hasSuffix("k") {
      text.removeLast()
      factor = 1_000
    }
    // Only digits and a point: Double also accepts "inf", "nan" and hexadecimal numbers.
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(text),
      value > 0, value * factor <= 1e9
    else { return nil }
    bitrateBps = value * factor
  }

  var defaultValueDescription: String {
    bitrateBps >= 1_000 ? "\(Format.number(bitrateBps / 1_000, decimals: 0))k" : Format.number(bitrateBps, decimals: 0)
  }
}
