import Signal
import SystemCalls

/// Source of PCM samples from a file or a pipe, in constant memory; a pipe may have any length.
final class PCMSource: AudioSource {
  private let file: String
  private let stream: ByteStream
  private let layout: PCMLayout
  let isSeekable: Bool
  let sampleCount: Int?
  let tags: [AudioTag]
  private var samplePosition = 0
  /// Whether the end is reached; further reads return `nil`.
  private var hasEnded = false

  /// Creates a source at the first sample of a stream.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - stream: Input at the first sample.
  ///   - layout: Format and position of the samples.
  ///   - fileByteCount: Length of a seekable file; `nil` for a pipe.
  ///   - trailingTags: Tags behind the samples.
  init(file: String, stream: ByteStream, layout: PCMLayout, fileByteCount: Int?, trailingTags: [AudioTag] = []) {
    self.file = file
    self.stream = stream
    self.layout = layout
    isSeekable = fileByteCount != nil
    tags = layout.tags + trailingTags
    let stated = layout.dataByteCount ?? fileByteCount.map { max(0, $0 - layout.dataByteOffset) }
    sampleCount = stated.map { $0 / layout.frameByteCount }
  }

  var statedSampleCount: Int? { sampleCount }
  var sampleRateHz: Int { layout.sampleRateHz }
  var channelCount: Int { layout.channelCount }
  var speakerLayout: SpeakerLayout? { layout.speakerLayout }
  var broadcastOrigin: BroadcastOrigin? { layout.broadcastOrigin }
  var formatDescription: String { "\(layout.container), \(layout.encoding.rawValue)" }

  func read(upTo count: Int) throws -> DecodedPart? {
    guard !hasEnded else { return nil }
    let wanted = layout.dataByteCount == nil ? count : min(count, (sampleCount ?? 0) - samplePosition)
    guard wanted > 0 else {
      hasEnded = true
      return nil
    }
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try stream.read(wanted * layout.frameByteCount)
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: error.reason)
    }
    let whole = bytes.count / layout.frameByteCount
    guard whole > 0 else {
      hasEnded = true
      if layout.dataByteCount != nil || !isTolerable(restByteCount: bytes.count) {
        return .cutOff(expectedSampleCount: layout.dataByteCount == nil ? nil : sampleCount, reason: nil)
      }
      return nil
    }
    if bytes.count > whole * layout.frameByteCount {
      // The input ends inside a sample: return the whole samples now, judge the rest in the next call.
      restByteCount = bytes.count - whole * layout.frameByteCount
    }
    samplePosition += whole
    return .samples(
      layout.encoding.planar(Array(bytes[..<(whole * layout.frameByteCount)]), channelCount: channelCount))
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
