/// Warnings about damaged places of one input: a line for each of the first places, then one line for all others.
final class DamageLines {
  private static let mostLines = 10

  private let name: String
  private var lineCount = 0
  private var restCount = 0
  private var restSeconds = 0.0

  /// Lines about an input.
  ///
  /// - Parameter name: Name of the input.
  init(name: String) { self.name = name }

  /// Shows a damaged place, or counts it.
  ///
  /// - Parameters:
  ///   - text: Place and reason in words.
  ///   - lostSeconds: Seconds that are lost there.
  func show(_ text: String, lostSeconds: Double = 0) {
    if lineCount < Self.mostLines {
      lineCount += 1
      Console.warning("\(name): \(text)")
    } else {
      restCount += 1
      restSeconds += lostSeconds
    }
  }

  /// Shows the number of places that have no line.
  func finish() {
    guard restCount > 0 else { return }
    let lost = restSeconds > 0 ? "; \(Format.seconds(restSeconds)) lost there" : ""
    Console.warning("\(name): \(Format.count(restCount, "more damaged place"))\(lost)")
  }
}
