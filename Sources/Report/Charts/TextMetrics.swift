/// Estimates of the size of text, close enough for the layout of a chart; no font is read.
enum TextMetrics {
  /// Estimated width of a line of text, in units of the drawing. The estimate suffices for DejaVu Sans, the widest font
  /// that charts name.
  static func width(_ text: String, size: Double = 12) -> Double {
    text.unicodeScalars.reduce(0.0) { $0 + share(of: $1) } * size
  }

  /// Breaks a text between words into lines no wider than `limit`; a wider word gets a line of its own.
  static func lines(of text: String, width limit: Double, size: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, width("\(last) \(word)", size: size) <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func share(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!", " ", "\u{202F}": 0.33
    case "f", "t", "r", "(", ")", "/", "-": 0.42
    case "m", "w", "M", "W", "%", "@": 0.95
    case "A"..."Z": 0.7
    default: scalar.value < 0x2000 || scalar.value < 0x2070 ? 0.62 : 1
    }
  }
}
