import SystemCalls

/// Search for the place of sample values in containers that have more bits than the values. The container of a sample
/// is the bytes in which a file stores the sample.
///
/// Microsoft puts the value into the high bits of its container; arecord and other programs put the value into the low
/// bits (ALSA's `S24_LE`), with the sign or with zeros above the value. Headers do not tell the place; the samples do.
struct SampleAlignment {
  private let containerByteCount: Int
  private let spareBitCount: Int
  private let isBigEndian: Bool
  private let channelCount: Int
  /// Number of examined samples of all channels, counted from the first sample other than 0.
  private var sampleCount = 0
  private var lowBitsAreZero = true
  private var highBitsAreSign = true
  private var highBitsAreZero = true
  /// Last sample of each channel, read from the low bits and from the whole container.
  private var last: [(low: Int32, high: Int32)]
  private var lowDifference = 0.0
  private var highDifference = 0.0
  private var lowSum = 0.0
  private var lowSquareSum = 0.0

  /// Number of samples of all channels, counted from the first sample other than 0, after which most inputs have shown
  /// the place.
  private static let usualSampleCount = 1 << 14
  /// Mean absolute difference of neighbouring samples of a channel, divided by the standard deviation of the samples,
  /// above which the samples are noise. Independent samples with a uniform distribution have 1.15.
  private static let largestRoughness = 0.8
  private static let chunkByteCount = 1 << 16
  /// Number of bytes of a pipe in which the first samples other than 0 are searched.
  private static let largestPipedByteCount = 1 << 24

  /// Returns whether samples are in the low bits of their containers.
  ///
  /// - Parameters:
  ///   - layout: Format of the samples, whose ``PCMLayout/spareBitCount`` is not 0.
  ///   - stream: Input at the first sample; its position does not change.
  ///   - isFile: Whether the input is a file: then all samples may be examined. A live input must not wait for more
  ///     than is needed.
  static func isLow(_ layout: PCMLayout, in stream: ByteStream, isFile: Bool) throws(SystemFailure) -> Bool {
    var alignment = SampleAlignment(layout)
    let chunkByteCount = max(1, chunkByteCount / layout.frameByteCount) * layout.frameByteCount
    if isFile {
      var restByteCount = layout.dataByteCount ?? .max
      while !alignment.isCertain, restByteCount > 0 {
        let bytes = try stream.read(min(chunkByteCount, restByteCount))
        if bytes.isEmpty { break }
        restByteCount -= bytes.count
        alignment.examine(bytes[...])
      }
      try stream.seek(to: layout.dataByteOffset)
      return alignment.isLow
    }
    var examinedByteCount = 0
    while !alignment.isUsual, examinedByteCount < largestPipedByteCount {
      let bytes = try stream.peek(examinedByteCount + chunkByteCount).dropFirst(examinedByteCount)
      alignment.examine(bytes)
      examinedByteCount += bytes.count
      if bytes.count < chunkByteCount { break }
    }
    return alignment.isLow
  }

  /// Creates a search that has examined no samples.
  ///
  /// - Parameter layout: Format of the samples, whose ``PCMLayout/spareBitCount`` is not 0.
  private init(_ layout: PCMLayout) {
    containerByteCount = layout.encoding.byteCount
    spareBitCount = layout.spareBitCount
    isBigEndian = layout.encoding.isBigEndian
    channelCount = layout.channelCount
    last = Array(repeating: (0, 0), count: layout.channelCount)
  }

  /// Whether enough samples were examined to decide.
  private var isUsual: Bool { sampleCount >= Self.usualSampleCount }

  /// Whether no further samples can change the decision.
  private var isCertain: Bool { isUsual && !(lowBitsAreZero && (highBitsAreSign || highBitsAreZero)) }

  /// Whether the values are in the low bits of their containers.
  private var isLow: Bool {
    if highBitsAreSign { return true }
    // Read from the wrong place, a negative sample becomes a large positive one: the place with smaller jumps is right.
    if highBitsAreZero { return lowDifference < highDifference }
    if lowBitsAreZero { return false }
    let count = Double(max(1, sampleCount))
    let deviation = max(0, lowSquareSum / count - (lowSum / count) * (lowSum / count)).squareRoot()
    return lowDifference < highDifference && lowDifference / count < Self.largestRoughness * deviation
  }

  /// Examines the next samples.
  ///
  /// - Parameter bytes: Whole samples of all channels.
  private mutating func examine(_ bytes: ArraySlice<UInt8>) {
    let unusedBitCount = UInt32(32 - 8 * containerByteCount)
    let spare = UInt32(spareBitCount)
    let lowMask = (UInt32(1) << spare) - 1
    var channel = 0
    for start in stride(from: bytes.startIndex, to: bytes.endIndex - containerByteCount + 1, by: containerByteCount) {
      var pattern: UInt32 = 0
      for index in 0..<containerByteCount {
        pattern |= UInt32(bytes[start + index]) << UInt32(8 * (isBigEndian ? containerByteCount - 1 - index : index))
      }
      defer { channel = channel + 1 == channelCount ? 0 : channel + 1 }
      if pattern == 0, sampleCount == 0 { continue }
      let high = Int32(bitPattern: pattern << unusedBitCount) >> Int32(unusedBitCount)
      let low = Int32(bitPattern: pattern << (unusedBitCount + spare)) >> Int32(unusedBitCount + spare)
      sampleCount += 1
      lowBitsAreZero = lowBitsAreZero && pattern & lowMask == 0
      highBitsAreSign = highBitsAreSign && high == low
      highBitsAreZero = highBitsAreZero && pattern >> (UInt32(8 * containerByteCount) - spare) == 0
      lowDifference += abs(Double(low) - Double(last[channel].low))
      highDifference += abs(Double(high) - Double(last[channel].high))
      lowSum += Double(low)
      lowSquareSum += Double(low) * Double(low)
      last[channel] = (low, high)
    }
  }
}
