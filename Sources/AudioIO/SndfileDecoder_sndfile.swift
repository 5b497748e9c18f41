import Signal
import SystemCalls

internal import CSndfile

/// Decoder of a seekable file through libsndfile.
final class SndfileDecoder: AudioDecoding {
  private let file: String
  private let virtualFile: VirtualFile
  private let handle: OpaquePointer
  let sampleRateHz: Int
  let channelCount: Int
  let speakerLayout: SpeakerLayout?
  let sampleCount: Int?
  var statedSampleCount: Int? { sampleCount }
  let tags: [AudioTag]
  let formatDescription: String
  private let hasVorbisOrder: Bool
  /// Whether the header states more samples than the file has.
  private let endsEarly: Bool
  private var samplePosition = 0
  /// Whether the end has been reached, and damage there has been reported.
  private var hasEnded = false
  private var interleaved: [Float] = []

  /// Opens a file, or one link of an Ogg file.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - descriptor: Open seekable file.
  ///   - byteRanges: Byte ranges of the file, read as if they were one.
  /// - Throws: ``AudioIOError`` if libsndfile refuses the file, or if reading fails.
  init(file: String, descriptor: OpenFile, byteRanges: [Range<Int>]) throws {
    self.file = file
    virtualFile = VirtualFile(reading: descriptor, byteRanges: byteRanges)
    var info = SF_INFO()
    var calls = sndfileCalls
    guard let handle = sf_open_virtual(&calls, Int32(SFM_READ), &info, virtualFile.userData) else {
      let reason = String(cString: sf_strerror(nil))
      if let failure = virtualFile.failure {
        throw AudioIOError.readFailed(file: file, atSample: 0, reason: failure.reason)
      }
      throw AudioIOError.notAudio(file: file, reason: sndfileReason(reason))
    }
    self.handle = handle
    sampleRateHz = Int(info.samplerate)
    channelCount = Int(info.channels)
    sampleCount = (0..<Int64.max).contains(info.frames) ? Int(info.frames) : nil
    hasVorbisOrder = info.format & Int32(SF_FORMAT_SUBMASK) == Int32(SF_FORMAT_VORBIS)
    // Vorbis channels are sorted into the order of WAV.
    speakerLayout =
      (hasVorbisOrder ? nil : sndfileSpeakerLayout(of: handle, channelCount: channelCount))
      ?? .usual(channelCount: channelCount)
    tags = Self.tags(of: handle)
    formatDescription = Self.description(of: info.format)
    endsEarly = Self.statesMoreDataThanThere(handle)
  }

  deinit { sf_close(handle) }

  func read(upTo count: Int) throws -> DecodedPart? {
    if interleaved.count < count * channelCount { interleaved = [Float](repeating: 0, count: count * channelCount) }
    let handle = handle
    let got = interleaved.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { Int(sf_readf_float(handle, $0, Int64(count))) } ?? 0
    }
    if let failure = virtualFile.failure {
      throw AudioIOError.readFailed(file: file, atSample: samplePosition, reason: failure.reason)
    }
    guard got > 0 else {
      defer { hasEnded = true }
      return hasEnded ? nil : prematureEnd()
    }
    samplePosition += got
    let channels = (0..<channelCount).map { channel in
      var samples = [Float](repeating: 0, count: got)
      for index in 0..<got { samples[index] = interleaved[index * channelCount + channel] }
      return samples
    }
    return .samples(hasVorbisOrder ? ChannelOrder.fromVorbis(channels) : channels)
  }

  /// Returns the damage at the end of the decoded samples; `nil` if the recording ends there.
  private func prematureEnd() -> DecodedPart? {
    let code = sf_error(handle)
    if code != 0 {
      return .cutOff(
        expectedSampleCount: sampleCount, reason: sndfileReason(String(cString: sf_error_number(code))))
    }
    if let sampleCount, samplePosition < sampleCount {
      return .cutOff(expectedSampleCount: sampleCount, reason: nil)
    }
    return endsEarly ? .cutOff(expectedSampleCount: nil, reason: nil) : nil
  }

  private static func tags(of handle: OpaquePointer) -> [AudioTag] {
    sndfileStringKinds.compactMap { kind, name in
      guard let text = sf_get_string(handle, kind) else { return nil }
      let value = AudioTag.text(from: String(cString: text).utf8)
      return value.isEmpty ? nil : AudioTag(name: name, value: value)
    }
  }

  private static func description(of format: Int32) -> String {
    func name(_ format: Int32) -> String? {
      var info = SF_FORMAT_INFO()
      info.format = format
      let code = withUnsafeMutablePointer(to: &info) {
        sf_command(nil, Int32(SFC_GET_FORMAT_INFO), $0, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
      }
      return code == 0 ? info.name.map { String(cString: $0) } : nil
    }
    let container = name(format & Int32(SF_FORMAT_TYPEMASK)) ?? "unknown container"
    let coding = name(format & Int32(SF_FORMAT_SUBMASK)) ?? "unknown coding"
    return "\(container), \(coding)"
  }

  /// Returns whether libsndfile has shortened a truncated file, which only its log shows: `data : 1000 (should be
  /// 900)`.
  private static func statesMoreDataThanThere(_ handle: OpaquePointer) -> Bool {
    var log = [CChar](repeating: 0, count: 16_384)
    let size = Int32(log.count)
    let length = log.withUnsafeMutableBufferPointer {
      sf_command(handle, Int32(SFC_GET_LOG_INFO), $0.baseAddress, size)
    }
    let text = String(decoding: log.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: "\n").contains { line in
      line.contains("should be") && (line.contains("data") || line.contains("SSND"))
    }
  }
}
