/// Range encoder in integer arithmetic for the arrangement *coded* (`formats/container.md`, section 5).
struct RangeEncoder {
  private var bytes: [UInt8] = []
  private var low: UInt32 = 0
  private var range = UInt32.max

  /// Narrows the range to the share of one token.
  ///
  /// `start` is the sum of the frequencies of all smaller tokens, `count` the frequency of the token, and `total` the
  /// sum of all frequencies.
  ///
  /// - Precondition: `count` is at least 1, `start + count` is at most `total`, and `total` is at most 2²².
  mutating func encode(start: UInt32, count: UInt32, of total: UInt32) {
    let unit = range / total
    add(start * unit)
    range = unit * count
    while range < RangeDecoder.leastRange {
      bytes.append(UInt8(truncatingIfNeeded: low >> 24))
      low <<= 8
      range <<= 8
    }
  }

  /// Returns all bytes: the shortest sequence that decodes to the same tokens with zero bytes behind its end.
  mutating func finish() -> [UInt8] {
    for count in 0...4 {
      let step = UInt64(1) << UInt64(32 - 8 * count)
      let offset = (step - UInt64(low) % step) % step
      guard offset < UInt64(range) else { continue }
      add(UInt32(truncatingIfNeeded: offset))
      return bytes + (0..<count).map { UInt8(truncatingIfNeeded: low >> UInt32(24 - 8 * $0)) }
    }
    preconditionFailure("a range without an integer")
  }

  private mutating func add(_ amount: UInt32) {
    let (sum, carries) = low.addingReportingOverflow(amount)
    low = sum
    guard carries else { return }
    // The coded number is less than 1, so some byte before is below 255.
    var index = bytes.count - 1
    while bytes[index] == 0xFF {
      bytes[index] = 0
      index -= 1
    }
    bytes[index] += 1
  }
}

/// Range decoder for untrusted bytes of the arrangement *coded* (`formats/container.md`, section 5).
struct RangeDecoder {
  /// Smallest range; a smaller range is widened by a byte.
  static let leastRange: UInt32 = 1 << 24
  /// Number of zero bytes that may be taken after the last byte.
  static let zeroCount = 4

  private let bytes: [UInt8]
  /// Number of bytes taken, including zero bytes after the last byte.
  private(set) var takenCount = 0
  private var code: UInt32 = 0
  private var range = UInt32.max

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for _ in 0..<4 { takeByte() }
  }

  /// Whether more than `zeroCount` zero bytes were taken after the last byte.
  var isExhausted: Bool { takenCount > bytes.count + Self.zeroCount }

  /// Returns a number in `0..<total` that lies in the share of the next token; `total` or more if the bytes are
  /// invalid.
  func value(of total: UInt32) -> UInt32 { code / (range / total) }

  /// Removes the token in whose share the last `value(of:)` lies.
  ///
  /// - Parameters:
  ///   - start: Sum of the frequencies of all smaller tokens.
  ///   - count: Frequency of the token.
  ///   - total: Sum of all frequencies.
  mutating func consume(start: UInt32, count: UInt32, of total: UInt32) {
    let unit = range / total
    code -= start * unit
    range = unit * count
    while range < Self.leastRange {
      takeByte()
      range <<= 8
    }
  }

  private mutating func takeByte() {
    code = code << 8 | (takenCount < bytes.count ? UInt32(bytes[takenCount]) : 0)
    takenCount += 1
  }
}
