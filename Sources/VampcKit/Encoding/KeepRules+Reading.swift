import SystemCalls
public import Tokens

extension KeepRules {
  /// Largest file in bytes.
  private static let largestFileByteCount = 1 << 28

  /// Times in a text file as beat and onset trackers write them.
  ///
  /// Each line begins with a time in seconds; the rest of the line behind a space, tab, comma or semicolon is ignored. Empty
  /// lines and lines that begin with # are ignored, too.
  ///
  /// - Throws: `KeepRulesError` where the file cannot be read or a line has no time.
  public static func times(inFile path: String) throws -> [Double] {
    let text = String(decoding: try contents(of: path), as: UTF8.self)
    var times: [Double] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split { $0.isWhitespace || $0 == "," || $0 == ";" }
      guard let word = words.first, !word.hasPrefix("#") else { continue }
      guard let time = Double(word), time >= 0, time <= longestTimeSeconds else {
        throw KeepRulesError.notATime(path: path, line: index + 1, text: String(word.prefix(40)))
      }
      times.append(time)
    }
    return times
  }

  /// Latest time in seconds: a hundred years.
  private static let longestTimeSeconds = 3.2e9

  /// Keep mask in a NumPy file.
  ///
  /// - Throws: `KeepRulesError` where the file cannot be read or holds no mask.
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
