import Signal
import SystemCalls

private import COpusfile

/// Decoder of one link of an Ogg Opus file through libopusfile, always at 48 kHz.
///
/// libopusfile reads files whose granule positions run ahead of their packets; libsndfile stops there.
final class OpusDecoder: AudioDecoding {
  private let file: String
  private let virtualFile: VirtualFile
  private let handle: OpaquePointer
  let sampleRateHz = 48_000
  let channelCount: Int
  let speakerLayout: SpeakerLayout?
  /// Always `nil`: granule positions may lag behind the packets or run ahead of them.
  let sampleCount: Int? = nil
  let statedSampleCount: Int?
  let tags: [AudioTag]
  private let hasVorbisOrder: Bool
  private var samplePosition = 0
  /// Last error code of libopusfile; `nil` before the first error, and after a hole has been reported.
  private var damageCode: Int32?
  /// Whether a premature end has been reported.
  private var hasEnded = false

  /// Number of samples per channel of the longest Opus packet, 120 ms, for which libopusfile needs room.
  private static let longestPacketSampleCount = 5760

  /// Opens a link of a file.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - descriptor: Open seekable file.
  ///   - byteRanges: Byte ranges of the file, read as if they were one.
  /// - Throws: ``AudioIOError`` if libopusfile refuses the file, or if reading fails.
  init(file: String, descriptor: OpenFile, byteRanges: [Range<Int>]) throws {
    self.file = file
    virtualFile = VirtualFile(reading: descriptor, byteRanges: byteRanges)
    var code: Int32 = 0
    var calls = opusfileCalls
    guard let handle = op_open_callbacks(virtualFile.userData, &calls, nil, 0, &code) else {
      if let failure = virtualFile.failure {
        throw AudioIOError.readFailed(file: file, atSample: 0, reason: failure.reason)
      }
      throw AudioIOError.notAudio(file: file, reason: Self.reason(code))
    }
    self.handle = handle
    channelCount = Int(op_channel_count(handle, -1))
    // Other mapping families than 0 and 1 define no loudspeakers: 255 has none (RFC 7845, section 5.1.1.3), 2 and 3 are
    // ambisonic (RFC 8486).
    let mappingFamily = op_head(handle, -1)?.pointee.mapping_family
    hasVorbisOrder = mappingFamily == 1
    speakerLayout = mappingFamily == 0 || mappingFamily == 1 ? .usual(channelCount: channelCount) : nil
    let total = op_pcm_total(handle, -1)
    statedSampleCount = total >= 0 ? Int(total) : nil
    tags = Self.tags(of: handle)
  }

  deinit { op_free(handle) }

  var formatDescription: String { "Ogg Opus" }

  func read(upTo count: Int) throws -> DecodedPart? {
    if let code = damageCode { return part(after: code) }
    var channels = [[Float]](repeating: [], count: channelCount)
    var packet = [Float](repeating: 0, count: Self.longestPacketSampleCount * channelCount)
    while channels[0].count < count {
      // libopusfile gets no more room than `count` leaves, so no samples have to be kept between calls.
      let room = min(count - channels[0].count, Self.longestPacketSampleCount) * channelCount
      let handle = handle
      let got = packet.withUnsafeMutableBufferPointer { op_read_float(handle, $0.baseAddress, Int32(room), nil) }
      if let failure = virtualFile.failure {
        throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: failure.reason)
      }
      if got < 0 { damageCode = got }
      if got <= 0 { break }
      for channel in 0..<channelCount {
        for index in 0..<Int(got) { channels[channel].append(packet[index * channelCount + channel]) }
      }
      samplePosition += Int(got)
    }
    // Samples before damage come first.
    if channels[0].isEmpty { return damageCode.flatMap(part) }
    return .samples(hasVorbisOrder ? ChannelOrder.fromVorbis(channels) : channels)
  }

  /// Returns the damage that an error code of libopusfile reports; nil after the end. Decoding continues only after a
  /// hole (`OP_HOLE`).
  private func part(after code: Int32) -> DecodedPart? {
    guard code == OP_HOLE else {
      guard !hasEnded else { return nil }
      hasEnded = true
      return .cutOff(expectedSampleCount: nil, reason: Self.reason(code))
    }
    damageCode = nil
    return .lost(sampleCount: 0, reason: Self.reason(code))
  }

  /// Returns the comments of the first link as tags, without pictures.
  private static func tags(of handle: OpaquePointer) -> [AudioTag] {
    guard let tags = op_tags(handle, 0)?.pointee else { return [] }
    return (0..<Int(tags.comments)).compactMap { index in
      guard let text = tags.user_comments[index] else { return nil }
      let bytes = UnsafeBufferPointer(start: text, count: Int(tags.comment_lengths[index]))
      return AudioTag(comment: bytes.lazy.map { UInt8(bitPattern: $0) })
    }
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case OP_HOLE: "a hole in the data"
    case OP_EREAD: "libopusfile could not read"
    case OP_EIMPL: "an Opus feature that libopusfile does not know"
    case OP_ENOTFORMAT: "no Opus stream inside"
    case OP_EBADHEADER: "bad Opus header"
    case OP_EVERSION: "unknown Opus header version"
    case OP_EBADPACKET: "bad Opus packet"
    case OP_EBADLINK: "bad chained link"
    case OP_ENOSEEK: "not seekable"
    case OP_EBADTIMESTAMP: "bad time stamps"
    default: "libopusfile error \(code)"
    }
  }
}

/// Input callbacks of libopusfile for a ``VirtualFile``.
private let opusfileCalls = OpusFileCallbacks(
  read: { data, target, count in
    guard let data, let target else { return -1 }
    let file = VirtualFile.from(data)
    let got = file.read(into: target, count: Int(count))
    return got == 0 && file.failure != nil ? -1 : Int32(got)
  },
  seek: { data, offset, whence in
    guard let data else { return -1 }
    return VirtualFile.from(data).seek(Int(offset), whence) < 0 ? -1 : 0
  },
  tell: { $0.map { Int64(VirtualFile.from($0).position) } ?? -1 },
  close: nil)
