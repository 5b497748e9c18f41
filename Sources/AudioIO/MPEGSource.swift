import Signal
import SystemCalls

/// Source of MPEG audio from a file or a pipe, in constant memory.
///
/// Joined files are read one after the other, up to the first file with another sample rate or number of channels.
final class MPEGSource: AudioSource {
  private let file: String
  private let stream: ByteStream
  private let byteRange: MPEGByteRange
  private let decoder: MPEGFrameDecoder
  private var parser: MPEGParser
  private let firstHeader: MPEGFrameHeader
  /// Number of lost frames in each gap, keyed by the byte offset of the frame behind the gap.
  private let gapFrameCounts: [Int: Int]
  /// Step that the parser has returned and that has not been carried out yet.
  private var nextStep: MPEGStep?
  /// Decoded samples that have not been returned yet.
  private var ready: [[Float]]
  /// Samples that were cut as padding from the end of the last frames, in case more frames follow.
  private var cutEnd: [[Float]]
  private var samplePosition = 0

  let sampleCount: Int?
  let statedSampleCount: Int?
  let tags: [AudioTag]
  var isSeekable: Bool { byteRange.isSeekable }

  /// Bytes of an MPEG stream in its input.
  struct MPEGByteRange {
    /// Byte offset of the first byte.
    var start: Int
    /// Byte offset of the end (exclusive); `nil` if the stream extends to the end of the input.
    var end: Int?
    /// Whether the input is a file. A first pass over a file finds its length.
    var isSeekable: Bool
  }

  /// Opens a stream.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - stream: Input at the first byte of `byteRange`.
  ///   - byteRange: Bytes of the MPEG stream.
  ///   - leadingTags: Tags before the stream.
  ///   - temporaryFolder: Folder for a copy of the rest of a damaged pipe.
  /// - Throws: ``AudioIOError``; `.notAudio` if the input has no MPEG frames.
  init(
    file: String, stream: ByteStream, byteRange: MPEGByteRange, leadingTags: [AudioTag], temporaryFolder: String
  ) throws {
    guard let decoder = MPEGFrameDecoder() else {
      throw AudioIOError.cannotOpen(file: file, reason: "no memory for libmpg123")
    }
    (self.file, self.stream, self.byteRange, self.decoder) = (file, stream, byteRange, decoder)
    do throws(SystemFailure) {
      let survey = byteRange.isSeekable ? try MPEGSurvey(of: MPEGParser(stream, end: byteRange.end)) : nil
      gapFrameCounts = survey?.gapFrameCounts ?? [:]
      parser = MPEGParser(
        stream, end: byteRange.end, gapFrameCounts: gapFrameCounts,
        gapFolder: byteRange.isSeekable ? nil : temporaryFolder)
      nextStep = try parser.next()
      sampleCount = survey?.sampleCount
      statedSampleCount = survey?.sampleCount ?? parser.statedSampleCount
      tags = AudioTag.firstOfEachSource([leadingTags, survey?.tags ?? parser.tags])
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: 0, reason: error.reason)
    }
    guard case .begin(let header) = nextStep else {
      throw AudioIOError.notAudio(file: file, reason: "no MPEG audio frames")
    }
    firstHeader = header
    ready = [[Float]](repeating: [], count: header.channelCount)
    cutEnd = ready
  }

  var sampleRateHz: Int { firstHeader.sampleRateHz }
  var channelCount: Int { firstHeader.channelCount }
  var speakerLayout: SpeakerLayout? { .usual(channelCount: channelCount) }
  var broadcastOrigin: BroadcastOrigin? { nil }
  var formatDescription: String { firstHeader.description }

  func read(upTo count: Int) throws -> DecodedPart? {
    while ready[0].count < count {
      if nextStep == nil { nextStep = try parse() }
      guard let step = nextStep else { break }
      if case .decode(let frame, let kept) = step {
        decode(frame, kept)
      } else if !ready[0].isEmpty {
        break
      } else {
        nextStep = nil
        if let part = try part(step) { return part }
      }
    }
    guard !ready[0].isEmpty else { return nil }
    let part = ready.map { Array($0.prefix(count)) }
    for channel in ready.indices { ready[channel].removeFirst(part[channel].count) }
    samplePosition += part[0].count
    return .samples(part)
  }

  func rewind() throws {
    guard isSeekable else { throw AudioIOError.notSeekable(file: file) }
    do throws(SystemFailure) { try stream.seek(to: byteRange.start) } catch {
      throw AudioIOError.readFailed(file: file, atSample: 0, reason: error.reason)
    }
    parser = MPEGParser(stream, end: byteRange.end, gapFrameCounts: gapFrameCounts)
    nextStep = nil
    ready = [[Float]](repeating: [], count: channelCount)
    cutEnd = ready
    samplePosition = 0
  }

  private func parse() throws -> MPEGStep? {
    do throws(SystemFailure) { return try parser.next() } catch {
      throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: error.reason)
    }
  }

  /// Decodes the frame of the next step.
  private func decode(_ frame: MPEGFrame, _ kept: Range<Int>) {
    guard let samples = decoder.decode(frame) else {
      nextStep = .lost(sampleCount: kept.count, reason: "the MPEG frame at byte \(frame.byteOffset) is damaged")
      return
    }
    nextStep = nil
    for channel in samples.indices {
      ready[channel] += samples[channel][kept]
      if kept.isEmpty == false { cutEnd[channel].removeAll(keepingCapacity: true) }
      cutEnd[channel] += samples[channel][kept.upperBound...]
    }
  }

  /// Carries out a step other than the decoding of an intact frame; returns `nil` for a step without samples or damage.
  private func part(_ step: MPEGStep) throws -> DecodedPart? {
    switch step {
    case .begin(let header):
      guard header.hasSameSamples(as: firstHeader) else {
        return .cutOff(
          expectedSampleCount: nil,
          reason: "a joined file begins, not read, that changes from \(channelCount) channels at \(sampleRateHz) Hz to "
            + "\(header.channelCount) at \(header.sampleRateHz) Hz")
      }
      decoder.begin(freeFrameByteCount: parser.freeFrameByteCount)
    case .restoreEnd:
      ready = cutEnd
    case .discard(let frame, let count, let reason):
      _ = decoder.decode(frame)
      return lost(count, reason)
    case .lost(let count, let reason):
      return lost(count, reason)
    case .cutOff(let expected):
      return .cutOff(expectedSampleCount: expected, reason: nil)
    case .decode:
      preconditionFailure("an intact frame is decoded elsewhere")
    }
    return nil
  }

  private func lost(_ count: Int, _ reason: String) -> DecodedPart {
    samplePosition += count
    return .lost(sampleCount: count, reason: reason)
  }
}
