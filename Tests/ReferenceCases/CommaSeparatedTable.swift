/// Table of comma-separated values with column names in its first line. Fields may be quoted (RFC 4180); no field may
/// span lines.
public struct CommaSeparatedTable {
  /// Names of the columns, in order.
  public let columns: [String]
  /// Fields of each row, by column name.
  public let rows: [[String: String]]

  /// Parses a table.
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
