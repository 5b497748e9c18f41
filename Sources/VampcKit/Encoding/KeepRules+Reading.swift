import SystemCalls
public import Tokens

extension KeepRules {
  /// Size in bytes of the largest file of times or masks that is read: 256 MiB.
  private static let largestFileByteCount = 1 << 28

  /// Times in seconds from a text file as beat and onset trackers write them, in the order of the file.
  ///
  /// The text is UTF-8, with a byte order mark or without. Each line begins with a time in seconds, at least 0 and at
  /// most 3.2 · 10⁹ (about a hundred years), with a decimal point. The rest of the line behind a space, tab, comma or
  /// semicolon is ignored. Empty lines and lines that begin with # are ignored, too. A whole number that is followed by
  /// a comma and a digit, as in "1,5", is refused: a decimal comma and the end of a column look the same.
  ///
  /// - Throws: `KeepRulesError` where the file cannot be read, is too large or is no text, or where a line has no time.
  public static func times(inFile path: String) throws -> [Double] {
    var bytes = try contents(of: path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw KeepRulesError.notText(path: path)
    }
    var times: [Double] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let columns = line.split { $0.isWhitespace || $0 == ";" }
      guard let column = columns.first, !column.hasPrefix("#") else { continue }
      let fields = column.split(separator: ",", omittingEmptySubsequences: false)
      if fields.count > 1, fields[0].allSatisfy(\.isNumber), fields[1].first?.isNumber == true {
        throw KeepRulesError.commaInTime(path: path, line: index + 1, text: String(column.prefix(40)))
      }
      // Only characters of decimal numbers are accepted: Double also accepts "nan" and hexadecimal numbers.
      guard fields[0].allSatisfy({ $0.isASCII && $0.isNumber || "+-.eE".contains($0) }), let time = Double(fields[0]),
        time >= 0, time <= longestTimeSeconds
      else {
        throw KeepRulesError.notATime(path: path, line: index + 1, text: String(column.prefix(40)))
      }
      times.append(time)
    }
    return times
  }

  /// Latest time in seconds: about a hundred years.
  private static let longestTimeSeconds = 3.2e9

  /// Keep mask from a NumPy file of truth values or integers `[codebook, frame]` or `[1, codebook, frame]`: 0 is kept,
  /// 1 is masked.
  ///
  /// - Throws: `KeepRulesError` where the file cannot be read, is too large or holds no mask.
  public static func mask(inFile path: String) throws -> TokenMask {
    do {
      return try NumPyMask.mask(in: try contents(of: path))
    } catch let fault as NumPyMask.Fault {
      throw KeepRulesError.notAMask(path: path, reason: fault.reason)
    }
  }

  private static func contents(of path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(SystemFailure) {
      let file = try OpenFile(reading: path)
      while bytes.count <= largestFileByteCount {
        let chunk = try file.read(upTo: 1 << 16)
        if chunk.isEmpty { break }
        bytes += chunk
      }
    } catch {
      throw KeepRulesError.cannotRead(path: path, reason: error.reason)
    }
    guard bytes.count <= largestFileByteCount else {
      throw KeepRulesError.tooLarge(path: path, allowedByteCount: largestFileByteCount)
    }
    return bytes
  }
}
