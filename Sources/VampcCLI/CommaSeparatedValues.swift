/// Comma-separated values with quoted fields (RFC 4180, with line feeds).
enum CommaSeparatedValues {
  /// Returns one line with the fields, quoted where necessary, without a line feed.
  static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

  /// Returns the fields of every line. Text with wrong quotes gives wrong fields but never traps.
  static func rows(of text: String) -> [[String]] {
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
        row.append(String(field))
        field = String.UnicodeScalarView()
        guard scalar == "\n" else { continue }
        rows.append(row)
        row = []
        hasText = false
      default: field.append(scalar)
      }
    }
    if hasText { rows.append(row + [String(field)]) }
    return rows
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
