public import ExplainedErrors
import SystemCalls
public import Tokens

/// Why a file that says what to keep cannot be used. Begins with its name.
public enum KeepRulesError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case tooLarge(path: String, allowedByteCount: Int)
  /// A line whose first word is no time in seconds.
  case notATime(path: String, line: Int, text: String)
  /// No NumPy file, or not one with a mask in it.
  case notAMask(path: String, reason: String)
  /// The mask does not fit the model.
  case tooManyCodebooks(found: Int, available: Int)

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .tooLarge(let path, let allowed): "\(path): larger than \(allowed) bytes"
    case .notATime(let path, let line, let text): "\(path): line \(line): '\(text)' is no time in seconds, 0 or later"
    case .notAMask(let path, let reason): "\(path): \(reason)"
    case .tooManyCodebooks(let found, let available):
      "the mask has \(found) codebooks, but the model \(available)"
    }
  }
}

extension KeepRules {
  /// Bytes of a file that is read as a whole.
  private static let largestFileByteCount = 1 << 28

  /// The times in a text file as beat and onset trackers write them: one a line, in seconds, first on its line;
  /// what follows after a space, tab, comma or semicolon counts for nothing, nor do empty lines and those with #.
  ///
  /// - Throws: `KeepRulesError`.
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

  /// A hundred years.
  private static let longestTimeSeconds = 3.2e9

  /// The mask in a NumPy file.
  ///
  /// - Throws: `KeepRulesError`.
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

extension KeepRulesError: ExplainedError {
  public var subject: ErrorSubject? {
    switch self {
    case .cannotRead(let path, _), .tooLarge(let path, _), .notATime(let path, _, _), .notAMask(let path, _):
      .file(path)
    case .tooManyCodebooks: .option("--keep-mask")
    }
  }

  public var kind: ErrorKind {
    switch self {
    case .notATime, .notAMask, .tooLarge: .badInput
    case .tooManyCodebooks: .usage
    case .cannotRead: .failure
    }
  }
}
