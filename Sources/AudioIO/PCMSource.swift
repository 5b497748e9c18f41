import Signal
import SystemCalls

/// Source of PCM samples from a file or a pipe, in constant memory; a pipe may have any length.
///
/// A WAV pipe is read beyond the length that its header states if samples seem to follow, by the rule of ``WavEnd``: a
/// 32-bit size overflows at 4 GiB. Zeros to the end of the pipe are no samples.
final class PCMSource: AudioSource {
  private let file: String
  private let stream: ByteStream
  private let layout: PCMLayout
  let isSeekable: Bool
  let statedSampleCount: Int?
  let tags: [AudioTag]
  /// Number of bytes behind the samples that are no samples, no chunk and no tag. The number for a pipe is known at the
  /// end.
  private(set) var unreadByteCount: Int
  /// Number of zero bytes behind the stated samples of a pipe that were consumed and are still to be returned as
  /// samples.
  private var zeroByteCount = 0
  /// Number of samples per channel to read; `nil` for samples that extend to the end of the input.
  private var endSampleCount: Int?
  private var samplePosition = 0
  /// Whether the end is reached; further reads return `nil`.
  private var hasEnded = false

  /// Creates a source at the first sample of a stream.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - stream: Input at the first sample.
  ///   - layout: Format and position of the samples.
  ///   - fileByteCount: Length of a seekable file in bytes; `nil` for a pipe.
  ///   - end: End of the samples of a WAV file; `nil` for a pipe and for other containers.
  init(file: String, stream: ByteStream, layout: PCMLayout, fileByteCount: Int?, end: WavEnd? = nil) {
    self.file = file
    self.stream = stream
    self.layout = layout
    isSeekable = fileByteCount != nil
    tags = layout.tags + (end?.tags ?? [])
    unreadByteCount = end?.unreadByteCount ?? 0
    let available = fileByteCount.map { max(0, $0 - layout.dataByteOffset) }
    let byteCount = end?.dataByteCount ?? layout.dataByteCount ?? available
    statedSampleCount = byteCount.map { $0 / layout.frameByteCount }
    let hasStatedEnd = layout.dataByteCount != nil || byteCount != available
    endSampleCount = hasStatedEnd ? statedSampleCount : nil
  }

  /// Exact length of a file; `nil` for a pipe, whose header may be wrong.
  var sampleCount: Int? { isSeekable ? statedSampleCount : nil }
  var sampleRateHz: Int { layout.sampleRateHz }
  var channelCount: Int { layout.channelCount }
  var speakerLayout: SpeakerLayout? { layout.speakerLayout }
  var broadcastOrigin: BroadcastOrigin? { layout.broadcastOrigin }
  var formatDescription: String { "\(layout.container), \(layout.encoding.rawValue)" }

  func read(upTo count: Int) throws -> DecodedPart? {
    guard !hasEnded else { return nil }
    let bytes: [UInt8]
    do throws(SystemFailure) {
      if try hasSamplesBehindStatedEnd() { endSampleCount = nil }
      if zeroByteCount > 0 { return zeros(upTo: count) }
      let wanted = min(count, (endSampleCount ?? .max) - samplePosition)
      guard wanted > 0 else {
        hasEnded = true
        return nil
      }
      bytes = try stream.read(wanted * layout.frameByteCount)
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: error.reason)
    }
    let whole = bytes.count / layout.frameByteCount
    guard whole > 0 else {
      hasEnded = true
      if endSampleCount != nil || !isTolerable(restByteCount: bytes.count) {
        return .cutOff(expectedSampleCount: endSampleCount, reason: nil)
      }
      return nil
    }
    if bytes.count > whole * layout.frameByteCount {
      // The input ends inside a sample: return the whole samples now, judge the rest in the next call.
      restByteCount = bytes.count - whole * layout.frameByteCount
    }
    samplePosition += whole
    return .samples(planar(Array(bytes[..<(whole * layout.frameByteCount)])))
  }

  private func planar(_ bytes: [UInt8]) -> [[Float]] {
    layout.encoding.planar(bytes, channelCount: channelCount, ignoredHighBitCount: layout.ignoredHighBitCount)
  }

  /// Returns samples of the zeros that were consumed to see what follows them.
  private func zeros(upTo count: Int) -> DecodedPart {
    let taken = min(count, zeroByteCount / layout.frameByteCount)
    zeroByteCount -= taken * layout.frameByteCount
    samplePosition += taken
    return .samples(planar([UInt8](repeating: 0, count: taken * layout.frameByteCount)))
  }

  func rewind() throws {
    guard isSeekable else { throw AudioIOError.notSeekable(file: file) }
    do throws(SystemFailure) {
      try stream.seek(to: layout.dataByteOffset)
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: 0, reason: error.reason)
    }
    samplePosition = 0
    hasEnded = false
    restByteCount = 0
  }

  /// Returns whether a WAV pipe continues behind the stated end of its samples with bytes that are no chunk, no tag and
  /// not only zeros.
  private func hasSamplesBehindStatedEnd() throws(SystemFailure) -> Bool {
    guard !isSeekable, let byteCount = layout.dataByteCount, layout.statedSize?.isShort == true,
      samplePosition == endSampleCount
    else { return false }
    let rest = byteCount % layout.frameByteCount
    let bytes = try stream.peek(rest + 1 + WavEnd.recognisedByteCount)
    guard bytes.count > rest + 1 else { return false }
    let isChunk = (0...1).contains { padding in
      WavEnd.mayFollow(bytes.dropFirst(rest + padding), isBigEndian: layout.encoding.isBigEndian)
    }
    if isChunk { return false }
    return try !skipZerosToTheEnd()
  }

  /// Consumes zeros in whole samples; returns whether the input ends with them.
  private func skipZerosToTheEnd() throws(SystemFailure) -> Bool {
    let searchedByteCount = max(1, Self.zeroSearchByteCount / layout.frameByteCount) * layout.frameByteCount
    while true {
      let bytes = try stream.peek(searchedByteCount)
      let count = bytes.firstIndex { $0 != 0 }.map { $0 - bytes.startIndex }
      if count == nil, bytes.count < searchedByteCount {
        unreadByteCount = zeroByteCount + bytes.count
        zeroByteCount = 0
        return true
      }
      let passed = (count ?? bytes.count) / layout.frameByteCount * layout.frameByteCount
      zeroByteCount += try stream.skip(passed)
      if count != nil { return false }
    }
  }

  private static let zeroSearchByteCount = 1 << 16
  /// Number of bytes of an incomplete sample at the end of the input.
  private var restByteCount = 0

  /// Returns whether the incomplete sample at the end of an input of unknown length can be padding of its chunk: to an
  /// even number of bytes in WAV, to a multiple of 8 in W64.
  private func isTolerable(restByteCount lateCount: Int) -> Bool {
    let rest = restByteCount + lateCount
    guard rest > 0, layout.container != "raw" else { return rest == 0 }
    let alignment = layout.container == "W64" ? 8 : 2
    return rest < alignment && (samplePosition * layout.frameByteCount + rest) % alignment == 0
  }
}
