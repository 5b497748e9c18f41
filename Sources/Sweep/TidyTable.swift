import Foundation

/// Table as comma-separated values. Equal contents give equal bytes on every machine.
struct TidyTable {
  let columns: [String]
  private var lines: [String]

  init(columns: [String]) {
    self.columns = columns
    lines = [CommaSeparatedValues.line(columns)]
  }

  /// Appends a row.
  ///
  /// - Precondition: there are as many fields as columns.
  mutating func append(_ fields: [String]) {
    precondition(fields.count == columns.count, "a row of \(fields.count) fields in \(columns.count) columns")
    lines.append(CommaSeparatedValues.line(fields))
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// Text with at most six significant digits, so that rounding differences do not show; empty for nil.
  static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    return String(format: "%.6g", locale: Locale(identifier: "en_US_POSIX"), value == 0 ? 0 : value)
  }

  static func number(_ value: (some BinaryInteger)?) -> String { value.map { "\($0)" } ?? "" }
}
