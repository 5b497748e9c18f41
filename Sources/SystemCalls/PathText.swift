import Glibc

/// Conversion between paths and text. A path consists of bytes that need not be UTF-8. Each byte that is not UTF-8
/// becomes a scalar of its own, so that the text leads to the same file.
package enum PathText {
  /// Number that is added to a byte 0x80...0xFF to give its scalar, at the end of a private-use plane.
  private static let firstScalar: UInt32 = 0x10FF00
  private static let scalars: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// Command line of the program, with every word as text of a path.
  package static var arguments: [String] {
    (0..<Int(CommandLine.argc)).compactMap { index in CommandLine.unsafeArgv[index].map { text(of: $0) } }
  }

  /// Text of a path that is given as a C string.
  package static func text(of path: UnsafePointer<CChar>) -> String {
    let bytes = UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) }
    if let text = String(validating: bytes, as: UTF8.self), !isSpecial(text) { return text }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let byteCount = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil && rest.count >= $0 }
      // A path that itself contains one of the scalars is converted byte by byte, because the scalar would read as one
      // byte.
      if let byteCount, let character = String(validating: rest.prefix(byteCount), as: UTF8.self), !isSpecial(character)
      {
        text.append(contentsOf: character.unicodeScalars)
        rest = rest.dropFirst(byteCount)
      } else {
        text.append(first < 0x80 ? Unicode.Scalar(first) : Unicode.Scalar(firstScalar + UInt32(first)) ?? "\u{FFFD}")
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// Whether the scalar stands for a byte that is not UTF-8.
  package static func isByte(_ scalar: Unicode.Scalar) -> Bool { scalars.contains(scalar.value) }

  /// Text of a path for messages: U+FFFD stands for every byte that is not UTF-8.
  package static func readable(_ text: String) -> String {
    guard isSpecial(text) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { scalars.contains($0.value) ? "\u{FFFD}" : $0 }))
  }

  /// Bytes of the path whose text is `text`, with a zero byte at the end.
  static func bytes(of text: String) -> [CChar] {
    guard isSpecial(text) else { return Array(text.utf8CString) }
    let bytes = text.unicodeScalars.flatMap { scalar in
      scalars.contains(scalar.value) ? [UInt8(scalar.value - firstScalar)] : Array(String(scalar).utf8)
    }
    return bytes.map { CChar(bitPattern: $0) } + [0]
  }

  private static func isSpecial(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalars.contains($0.value) }
  }
}
