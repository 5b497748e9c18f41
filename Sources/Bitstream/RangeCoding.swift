/// Codes tokens by their frequencies into bytes: the arrangement *coded* of `formats/container.md`, integers only.
struct RangeEncoder {
  private var bytes: [UInt8] = []
  private var low: UInt32 = 0
  private var range = UInt32.max

  /// Narrows the range to the part of a token.
  ///
  /// - Precondition: `count` is at least 1, `start + count` at most `total`, and that at most 2²².
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

  /// The bytes of everything, as few as tell it apart when zeros follow.
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
    // All that was coded is less than 1: a byte below 255 is there.
    var index = bytes.count - 1
    while bytes[index] == 0xFF {
      bytes[index] = 0
      index -= 1
    }
    bytes[index] += 1
  }
}

/// Undoes `RangeEncoder`, for untrusted bytes.
struct RangeDecoder {
  /// A range below is widened by a byte.
  static let leastRange: UInt32 = 1 << 24
  /// Zeros that are taken for bytes after the last one.
  static let zeroCount = 4

  private let bytes: [UInt8]
  /// Bytes taken, zeros after the last one included.
  private(set) var takenCount = 0
  private var code: UInt32 = 0
  private var range = UInt32.max

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for _ in 0..<4 { takeByte() }
  }

  /// Whether more was taken than the bytes can mean.
  var isExhausted: Bool { takenCount > bytes.count + Self.zeroCount }

  /// Where in `0..<total` the next token lies; `total` or more where there is none.
  func value(of total: UInt32) -> UInt32 { code / (range / total) }

  /// Goes on behind a token that holds the last `value(of:)`.
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
