import Signal
import SystemCalls

private import CFLAC

/// Decoder of a FLAC file, or of one link of an Ogg FLAC file, through libFLAC, which finds the next intact frame
/// behind damage.
///
/// Frames state their first sample (RFC 9639, section 9.1), so that the samples lost between two intact frames are
/// known.
final class FlacDecoder: AudioDecoding {
  private let file: String
  private let virtualFile: VirtualFile
  private let handle: UnsafeMutablePointer<FLAC__StreamDecoder>
  private let frames: FlacFrames
  let sampleRateHz: Int
  let channelCount: Int
  let sampleCount: Int?
  let tags: [AudioTag]
  let formatDescription: String
  /// Number of samples per channel up to the end of the current frame, lost samples included.
  private var samplePosition = 0
  /// Difference of `samplePosition` and the sample numbers in the frames; not 0 where a second FLAC file follows in the
  /// same file.
  private var numberOffset = 0
  /// Frame that is being returned, and the number of its samples per channel that have been returned.
  private var frame: [[Float]] = []
  private var returnedCount = 0
  /// Damage behind the samples that were returned last.
  private var damage: DecodedPart?
  private var hasEnded = false

  /// Opens a file, or one link of an Ogg file.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - descriptor: Open seekable file.
  ///   - byteRanges: Byte ranges of the file, read as if they were one.
  ///   - isOgg: Whether Ogg pages hold the frames.
  /// - Throws: ``AudioIOError`` if libFLAC refuses the file, or if reading fails.
  init(file: String, descriptor: OpenFile, byteRanges: [Range<Int>], isOgg: Bool) throws {
    self.file = file
    virtualFile = VirtualFile(reading: descriptor, byteRanges: byteRanges)
    guard let handle = FLAC__stream_decoder_new() else {
      throw AudioIOError.notAudio(file: file, reason: "libFLAC has no memory")
    }
    self.handle = handle
    frames = FlacFrames(virtualFile)
    let status = frames.initialise(handle, isOgg: isOgg)
    let isRead =
      status == FLAC__STREAM_DECODER_INIT_STATUS_OK && FLAC__stream_decoder_process_until_end_of_metadata(handle) != 0
    guard isRead, let information = frames.information else {
      let failure = virtualFile.failure
      FLAC__stream_decoder_delete(handle)
      if let failure { throw AudioIOError.readFailed(file: file, atSample: 0, reason: failure.reason) }
      throw AudioIOError.notAudio(file: file, reason: frames.damage ?? "FLAC without stream information")
    }
    sampleRateHz = information.sampleRateHz
    channelCount = information.channelCount
    sampleCount = information.sampleCount
    tags = frames.tags
    formatDescription = "\(isOgg ? "Ogg FLAC" : "FLAC"), \(information.bitCount) bit"
  }

  deinit { FLAC__stream_decoder_delete(handle) }

  var statedSampleCount: Int? { sampleCount }
  /// Usual loudspeakers (RFC 9639, section 9.1.3); a tag may name others.
  var speakerLayout: SpeakerLayout? { .usual(channelCount: channelCount) }

  func read(upTo count: Int) throws -> DecodedPart? {
    if let damage {
      self.damage = nil
      return damage
    }
    var channels = [[Float]](repeating: [], count: channelCount)
    while channels[0].count < count {
      let taken = returnedCount..<min(frame.first?.count ?? 0, returnedCount + count - channels[0].count)
      if !taken.isEmpty {
        for channel in channels.indices { channels[channel] += frame[channel][taken] }
        returnedCount = taken.upperBound
        continue
      }
      guard !hasEnded else { break }
      try decodeNextFrame()
      if damage != nil { break }
    }
    if !channels[0].isEmpty { return .samples(channels) }
    defer { damage = nil }
    return damage
  }

  /// Decodes up to the next intact frame and notes damage before this frame, or the end.
  private func decodeNextFrame() throws {
    frames.damage = nil
    while frames.next == nil {
      frames.hasError = false
      let isDone = FLAC__stream_decoder_process_single(handle) == 0
      if let failure = virtualFile.failure {
        throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: failure.reason)
      }
      guard !isDone, FLAC__stream_decoder_get_state(handle) != FLAC__STREAM_DECODER_END_OF_STREAM else {
        if frames.next == nil { return noteEnd() }
        break
      }
    }
    guard let next = frames.next else { return }
    frames.next = nil
    // A sample number that decreases belongs to a second FLAC file behind the first one.
    if next.firstSample + numberOffset < samplePosition { numberOffset = samplePosition - next.firstSample }
    let lost = next.firstSample + numberOffset - samplePosition
    if lost > 0 || frames.damage != nil {
      damage = .lost(sampleCount: lost, reason: frames.damage ?? "missing frames")
    }
    frame = next.channels
    returnedCount = 0
    samplePosition += lost + frame[0].count
  }

  private func noteEnd() {
    hasEnded = true
    (frame, returnedCount) = ([], 0)
    let missing = (sampleCount ?? 0) - samplePosition
    if missing > 0 {
      // If at most one frame is missing and damage was found, the last frame is damaged, and the file is not cut off.
      let isDamage = frames.damage != nil && missing <= frames.longestFrameSampleCount
      damage =
        isDamage
        ? .lost(sampleCount: missing, reason: frames.damage ?? "")
        : .cutOff(expectedSampleCount: sampleCount, reason: nil)
    } else if sampleCount == nil, let reason = frames.damage {
      damage = .lost(sampleCount: 0, reason: reason)
    }
  }
}

/// Results of libFLAC's callbacks: stream information, tags, frames and damage.
private final class FlacFrames {
  /// Format of the stream.
  struct Information {
    let sampleRateHz: Int
    let channelCount: Int
    let bitCount: Int
    /// Number of samples per channel; `nil` if the file does not state its length.
    let sampleCount: Int?
    let longestFrameSampleCount: Int
  }

  /// Intact frame with its samples and the number of its first sample in the file.
  struct Frame {
    let firstSample: Int
    let channels: [[Float]]
  }

  private let file: VirtualFile
  private(set) var information: Information?
  private(set) var tags: [AudioTag] = []
  var next: Frame?
  /// First damage since the last intact frame.
  var damage: String?
  /// Whether libFLAC has found damage during the current call. libFLAC then returns silence in place of damaged and
  /// missing frames, and of the first frame behind them.
  var hasError = false

  var longestFrameSampleCount: Int { information?.longestFrameSampleCount ?? 0 }

  init(_ file: VirtualFile) { self.file = file }

  /// Registers the callbacks with a decoder, which must not outlive this object.
  func initialise(
    _ decoder: UnsafeMutablePointer<FLAC__StreamDecoder>, isOgg: Bool
  ) -> FLAC__StreamDecoderInitStatus {
    FLAC__stream_decoder_set_metadata_respond(decoder, FLAC__METADATA_TYPE_VORBIS_COMMENT)
    let start = isOgg ? FLAC__stream_decoder_init_ogg_stream : FLAC__stream_decoder_init_stream
    return start(
      decoder,
      { _, target, count, data in
        guard let target, let count, let data else { return FLAC__STREAM_DECODER_READ_STATUS_ABORT }
        return FlacFrames.from(data).read(target, &count.pointee)
      }, nil, nil, nil, nil,
      { _, frame, samples, data in
        if let frame, let samples, let data { FlacFrames.from(data).take(frame.pointee, samples) }
        return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE
      },
      { _, metadata, data in if let metadata, let data { FlacFrames.from(data).take(metadata.pointee) } },
      { _, status, data in if let data { FlacFrames.from(data).note(status) } },
      Unmanaged.passUnretained(self).toOpaque())
  }

  private static func from(_ data: UnsafeMutableRawPointer) -> FlacFrames {
    Unmanaged.fromOpaque(data).takeUnretainedValue()
  }

  private func read(_ target: UnsafeMutablePointer<UInt8>, _ count: inout Int) -> FLAC__StreamDecoderReadStatus {
    count = file.read(into: target, count: count)
    if count > 0 { return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE }
    return file.failure == nil
      ? FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM : FLAC__STREAM_DECODER_READ_STATUS_ABORT
  }

  private func take(_ metadata: FLAC__StreamMetadata) {
    switch metadata.type {
    case FLAC__METADATA_TYPE_STREAMINFO:
      guard information == nil else { return }
      let stated = metadata.data.stream_info
      information = Information(
        sampleRateHz: Int(stated.sample_rate), channelCount: Int(stated.channels),
        bitCount: Int(stated.bits_per_sample), sampleCount: stated.total_samples > 0 ? Int(stated.total_samples) : nil,
        longestFrameSampleCount: Int(stated.max_blocksize))
    case FLAC__METADATA_TYPE_VORBIS_COMMENT:
      let comments = metadata.data.vorbis_comment
      tags = (0..<Int(comments.num_comments)).compactMap { index in
        let comment = comments.comments[index]
        return AudioTag(comment: UnsafeBufferPointer(start: comment.entry, count: Int(comment.length)))
      }
    default: break
    }
  }

  private func take(_ frame: FLAC__Frame, _ samples: UnsafePointer<UnsafePointer<FLAC__int32>?>) {
    let header = frame.header
    let count = Int(header.blocksize)
    let channels = (0..<Int(header.channels)).compactMap { samples[$0] }
    // libFLAC returns two frames in one call only where the first one is silence in place of a damaged frame.
    if next != nil { (next, hasError) = (nil, true) }
    if hasError, channels.allSatisfy({ samples in (0..<count).allSatisfy { samples[$0] == 0 } }) { return }
    guard let information, channels.count == information.channelCount, count > 0,
      Int(header.sample_rate) == information.sampleRateHz, (1...32).contains(header.bits_per_sample)
    else {
      if damage == nil { damage = "a frame of another format" }
      return
    }
    // A Float represents every value of up to 24 bits exactly.
    let scale = 1 / Float(UInt32(1) << (header.bits_per_sample - 1))
    next = Frame(
      firstSample: Int(clamping: header.number.sample_number),
      channels: channels.map { samples in
        [Float](unsafeUninitializedCapacity: count) { target, initializedCount in
          for index in 0..<count { target[index] = Float(samples[index]) * scale }
          initializedCount = count
        }
      })
  }

  private func note(_ status: FLAC__StreamDecoderErrorStatus) {
    hasError = true
    guard damage == nil else { return }
    damage =
      switch status {
      case FLAC__STREAM_DECODER_ERROR_STATUS_LOST_SYNC: "bytes that are no FLAC frame"
      case FLAC__STREAM_DECODER_ERROR_STATUS_BAD_HEADER: "bad header of a FLAC frame"
      case FLAC__STREAM_DECODER_ERROR_STATUS_FRAME_CRC_MISMATCH: "bad checksum of a FLAC frame"
      case FLAC__STREAM_DECODER_ERROR_STATUS_UNPARSEABLE_STREAM: "FLAC coding that libFLAC does not know"
      default: "bad FLAC metadata"
      }
  }
}
