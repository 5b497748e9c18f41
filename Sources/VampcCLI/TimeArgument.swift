import ArgumentParser

/// Time in a recording as users write it: seconds, `m:ss` or `h:mm:ss`, where the seconds may have decimals.
struct TimeArgument: ExpressibleByArgument, Equatable {
  let seconds: Double

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      guard let value = Self.number(part, allowsDecimals: isLast), index == 0 || value < 60 else { return nil }
      seconds = seconds * 60 + value
    }
    self.seconds = seconds
  }

  private static func number(_ text: Substring, allowsDecimals: Bool) -> Double? {
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= (allowsDecimals ? 2 : 1),
      halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    return Double(text)
  }
}
