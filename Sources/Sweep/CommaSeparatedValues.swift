/// Comma-separated values with quoted fields (RFC 4180, with line feeds), safe for spreadsheets.
///
/// A spreadsheet takes a field that begins with `=`, `+`, `-`, `@`, a tab or an end of line for a formula. Such a field
/// gets an apostrophe in front, as OWASP recommends (owasp.org, "CSV Injection"); numbers stay as they are.
package enum CommaSeparatedValues {
  /// Returns one line of fields, without the line feed.
  package static func line(_ fields: [String]) -> String { fields.map(written).joined(separator: ",") }

  /// Returns the fields of every line, without the apostrophes that ``line(_:)`` adds. Text with wrong quotes gives wrong
  /// fields but never traps.
  package static func rows(of text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var hasText = false
    var before: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      hasText = true
      defer { before = scalar }
      switch scalar {
      case "\"":
        // The first of two quotes has ended the quotation; the second belongs to the field and begins it again.
        if !isQuoted, before == "\"" { field.append(scalar) }
        isQuoted.toggle()
      case ",", "\n":
        guard !isQuoted else {
          field.append(scalar)
          continue
        }
        row.append(value(ofWritten: field))
        field = String.UnicodeScalarView()
        guard scalar == "\n" else { continue }
        rows.append(row)
        row = []
        hasText = false
      default: field.append(scalar)
      }
    }
    if hasText { rows.append(row + [value(ofWritten: field)]) }
    return rows
  }

  private static func written(_ field: String) -> String {
    let text = startsAFormula(field.unicodeScalars[...]) && !isNumber(field) ? "'" + field : field
    guard text.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else { return text }
    var quoted = String.UnicodeScalarView()
    // By scalars, because a quote with a combining mark is another character.
    for scalar in text.unicodeScalars { quoted.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar]) }
    return "\"" + String(quoted) + "\""
  }

  private static func value(ofWritten field: String.UnicodeScalarView) -> String {
    String(field.first == "'" && startsAFormula(field[...]) ? Substring(field.dropFirst()) : Substring(field[...]))
  }

  /// Whether a spreadsheet could take the field for a formula, also behind apostrophes: a field that has one already gets
  /// another, so that readers remove the right one. The last four signs have the full width of East Asian letters.
  private static func startsAFormula(_ field: Substring.UnicodeScalarView) -> Bool {
    field.first { $0 != "'" }.map { "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) } ?? false
  }

  /// Whether the field is a decimal number, such as `-3.2` or `-1.5e-07`.
  private static func isNumber(_ field: String) -> Bool {
    field.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.e".utf8.contains($0) } && Double(field) != nil
  }
}
