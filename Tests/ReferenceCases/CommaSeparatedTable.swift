/// A table of comma-separated values with column names in its first line, fields quoted as RFC 4180 has it; no field spans
/// lines.
public struct CommaSeparatedTable {
  public let columns: [String]
  /// By column name.
  public let rows: [[String: String]]

  public init(_ text: String) {
    let lines = text.split(separator: "\n").map(Self.fields)
    let columns = lines.first ?? []
    self.columns = columns
    rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
  }

  private static func fields(of line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
