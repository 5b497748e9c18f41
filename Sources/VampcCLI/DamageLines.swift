/// Warnings about damaged places of one input: a line for each of the first places, then one line for all others.
final class DamageLines {
  private static let mostLines = 10

  private let name: String
  private var lineCount = 0
  private var restCount = 0
  private var restSeconds = 0.0

  /// Warnings about an input of which no damaged place has been shown.
  ///
  /// - Parameter name: Name of the input, with which each line begins.
  init(name: String) { self.name = name }

  /// Prints a warning about a damaged place; from the 11th place on, only counts the place.
  ///
  /// - Parameters:
  ///   - text: Place and reason in words.
  ///   - lostSeconds: Duration of the sound that is lost at this place, in seconds.
  func show(_ text: String, lostSeconds: Double = 0) {
    if lineCount < Self.mostLines {
      lineCount += 1
      Console.warning("\(name): \(text)")
    } else {
      restCount += 1
      restSeconds += lostSeconds
    }
  }

  /// Prints the number of places that have no line of their own, and the duration of the sound that is lost there.
  func finish() {
    guard restCount > 0 else { return }
    let lost = restSeconds > 0 ? "; \(Format.seconds(restSeconds)) lost there" : ""
    Console.warning("\(name): \(Format.count(restCount, "more damaged place"))\(lost)")
  }
}
