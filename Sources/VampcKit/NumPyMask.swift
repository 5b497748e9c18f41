import Tokens

/// Reads a mask from a NumPy file (`.npy`, versions 1 to 3 of the format): `[codebook, frame]`, or that with a batch of 1
/// in front as VampNet has it; 1 is masked, 0 kept.
enum NumPyMask {
  /// Why it is none.
  struct Fault: Error {
    let reason: String
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Of a header, which is a line of text.
  private static let longestHeader = 65_536
  private static let types = "bool, or integers of 1, 2, 4 or 8 bytes"

  static func mask(in bytes: [UInt8]) throws -> TokenMask {
    let (header, dataStart) = try header(of: bytes)
    guard let type = value(of: "descr", in: header), let order = value(of: "fortran_order", in: header),
      let shapeText = value(of: "shape", in: header)
    else { throw Fault(reason: "its header lacks descr, fortran_order or shape") }
    let (byteCount, isBigEndian) = try item(type)
    let (codebookCount, frameCount) = try shape(shapeText)
    let isColumnMajor = order == "True"
    guard isColumnMajor || order == "False" else { throw Fault(reason: "its fortran_order is neither True nor False") }

    let (count, hasOverflow) = codebookCount.multipliedReportingOverflow(by: frameCount)
    guard !hasOverflow, count <= bytes.count, bytes.count - dataStart == count * byteCount else {
      throw Fault(reason: "it has other than the bytes of \(codebookCount) codebooks in \(frameCount) frames")
    }
    let flags = try (0..<count).map { index in
      let (codebook, frame) = (index / frameCount, index % frameCount)
      let start = dataStart + (isColumnMajor ? frame * codebookCount + codebook : index) * byteCount
      let low = isBigEndian ? start + byteCount - 1 : start
      let isZero = (start..<start + byteCount).allSatisfy { $0 == low || bytes[$0] == 0 }
      guard isZero, bytes[low] <= 1 else {
        throw Fault(reason: "codebook \(codebook), frame \(frame) is neither 0 (kept) nor 1 (masked)")
      }
      return bytes[low] == 1
    }
    return TokenMask(codebookCount: codebookCount, frameCount: frameCount, flags: flags)
  }

  /// The header's text, and where the data begin.
  private static func header(of bytes: [UInt8]) throws -> (text: String, dataStart: Int) {
    guard bytes.starts(with: magic), bytes.count >= 10, (1...3).contains(bytes[6]) else {
      throw Fault(reason: "not a NumPy file (.npy) of version 1 to 3")
    }
    let lengthByteCount = bytes[6] == 1 ? 2 : 4
    let textStart = 8 + lengthByteCount
    guard bytes.count >= textStart else { throw Fault(reason: "it ends inside its header") }
    let length = bytes[8..<textStart].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longestHeader, textStart + length <= bytes.count else {
      throw Fault(reason: "it ends inside its header")
    }
    return (String(decoding: bytes[textStart..<textStart + length], as: UTF8.self), textStart + length)
  }

  /// What a key of the header's dictionary stands for, without quotes or brackets.
  private static func value(of key: String, in header: String) -> String? {
    for quote in ["'", "\""] {
      let parts = header.split(separator: quote + key + quote, maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let rest = parts[1].drop { $0 == ":" || $0 == " " }
      switch rest.first {
      case "'", "\"": return String(rest.dropFirst().prefix { $0 != rest.first })
      case "(": return String(rest.dropFirst().prefix { $0 != ")" })
      default: return String(rest.prefix { $0.isLetter })
      }
    }
    return nil
  }

  private static func item(_ type: String) throws -> (byteCount: Int, isBigEndian: Bool) {
    let known = ["b1": 1, "u1": 1, "i1": 1, "u2": 2, "i2": 2, "u4": 4, "i4": 4, "u8": 8, "i8": 8]
    guard let order = type.first, "|<>=".contains(order), let byteCount = known[String(type.dropFirst())] else {
      throw Fault(reason: "it holds '\(type.prefix(20))', not \(types)")
    }
    return (byteCount, order == ">")
  }

  private static func shape(_ text: String) throws -> (codebookCount: Int, frameCount: Int) {
    let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    var sizes = parts.compactMap { Int($0) }
    let isAllNumbers = sizes.count == parts.count
    if sizes.count == 3, sizes[0] == 1 { sizes.removeFirst() }
    guard isAllNumbers, sizes.count == 2, sizes.allSatisfy({ $0 >= 1 }) else {
      throw Fault(reason: "its shape is (\(text.prefix(40))), not (codebooks, frames)")
    }
    return (sizes[0], sizes[1])
  }
}
