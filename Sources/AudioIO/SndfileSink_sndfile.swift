internal import CSndfile
import Signal
import SystemCalls

/// Sink for the containers of libsndfile, in a seekable file.
final class SndfileSink: AudioSink {
  private let settings: AudioSinkSettings
  private let virtualFile: VirtualFile
  private var handle: OpaquePointer?
  private var quantiser: SampleQuantiser
  private var dataByteCount = 0

  /// Largest number of bytes of samples in AIFF and AU: the size fields of these containers have 32 bits, and the
  /// header needs room.
  private static let largestShortFormByteCount = 0xFFFF_0000

  /// Writes the header.
  ///
  /// - Throws: ``AudioIOError`` if libsndfile refuses the settings or the header cannot be written.
  init(settings: AudioSinkSettings, descriptor: OpenFile) throws {
    self.settings = settings
    virtualFile = VirtualFile(writing: descriptor)
    quantiser = SampleQuantiser(channelCount: settings.channelCount, seed: settings.ditherSeed)
    var info = SF_INFO()
    info.samplerate = Int32(settings.sampleRateHz)
    info.channels = Int32(settings.channelCount)
    info.format = Self.format(settings)
    var calls = sndfileCalls
    guard let handle = sf_open_virtual(&calls, Int32(SFM_WRITE), &info, virtualFile.userData) else {
      let reason = sndfileReason(String(cString: sf_strerror(nil)))
      if let failure = virtualFile.failure {
        throw AudioIOError(writing: settings.file, failure)
      }
      throw AudioIOError.unsupportedOutput(
        file: settings.file,
        what: "\(settings.container.rawValue) with \(settings.channelCount) channels at \(settings.sampleRateHz) Hz: "
          + reason)
    }
    self.handle = handle
    if settings.container == .oggVorbis {
      var quality = settings.vorbisQuality
      sf_command(handle, Int32(SFC_SET_VBR_ENCODING_QUALITY), &quality, Int32(MemoryLayout<Double>.size))
    }
    for tag in settings.tags {
      guard let kind = sndfileStringKinds.first(where: { $0.name == tag.name })?.kind else { continue }
      // A container that cannot store this tag refuses it, which is no error here.
      sf_set_string(handle, kind, tag.value)
    }
    try checkFile()
  }

  deinit { if let handle { sf_close(handle) } }

  func skip(_ sampleCount: Int) { quantiser.skip(sampleCount) }

  func write(_ audio: AudioBuffer) throws {
    guard let handle else { return }
    if settings.container == .aiff || settings.container == .au {
      dataByteCount += audio.sampleCount * settings.channelCount * settings.sampleFormat.byteCount
      guard dataByteCount <= Self.largestShortFormByteCount else {
        throw AudioIOError.unsupportedOutput(
          file: settings.file, what: "\(settings.container.rawValue) beyond 4 GiB; wav, w64 and caf can be longer")
      }
    }
    let count = Int64(audio.sampleCount)
    let written: Int64
    switch (settings.container, settings.sampleFormat) {
    case (.oggVorbis, _):
      let ordered = AudioBuffer(channels: ChannelOrder.toVorbis(audio.channels), sampleRateHz: audio.sampleRateHz)
      written = quantiser.float32(ordered).withUnsafeBufferPointer { sf_writef_float(handle, $0.baseAddress, count) }
    case (_, .int16):
      written = quantiser.int16(audio).withUnsafeBufferPointer { sf_writef_short(handle, $0.baseAddress, count) }
    case (_, .int24):
      // libsndfile uses the upper 24 bits of 32.
      let codes = quantiser.int24(audio).map { $0 << 8 }
      written = codes.withUnsafeBufferPointer { sf_writef_int(handle, $0.baseAddress, count) }
    case (_, .float32):
      written = quantiser.float32(audio).withUnsafeBufferPointer { sf_writef_float(handle, $0.baseAddress, count) }
    }
    try checkFile()
    guard written == count else {
      throw AudioIOError.writeFailed(
        file: settings.file, reason: sndfileReason(String(cString: sf_strerror(handle))))
    }
  }

  func finish() throws {
    guard let open = handle else { return }
    handle = nil
    let code = sf_close(open)
    if settings.container == .flac && virtualFile.byteCount() == 0 { writeEmptyFlac() }
    try checkFile()
    guard code == 0 else {
      throw AudioIOError.writeFailed(
        file: settings.file, reason: sndfileReason(String(cString: sf_error_number(code))))
    }
    do throws(SystemFailure) { try virtualFile.descriptor.closeNow() } catch {
      throw AudioIOError(writing: settings.file, error)
    }
  }

  /// Writes a FLAC file without samples: a STREAMINFO block alone (RFC 9639, section 8.2). libsndfile writes no header
  /// before the first sample.
  private func writeEmptyFlac() {
    var bytes = Array("fLaC".utf8) + [0x80, 0, 0, 34]
    bytes += [0x10, 0x00, 0x10, 0x00, 0, 0, 0, 0, 0, 0]  // blocks of 4096 samples, frame sizes unknown
    let bitCount = settings.sampleFormat.byteCount * 8
    let format = settings.sampleRateHz << 12 | (settings.channelCount - 1) << 9 | (bitCount - 1) << 4
    bytes += [UInt8(format >> 24 & 0xFF), UInt8(format >> 16 & 0xFF), UInt8(format >> 8 & 0xFF), UInt8(format & 0xFF)]
    bytes += [UInt8](repeating: 0, count: 4 + 16)  // no samples, no MD5
    _ = virtualFile.seek(0, 0)
    bytes.withUnsafeBytes { if let base = $0.baseAddress { _ = virtualFile.write(base, count: $0.count) } }
  }

  /// Throws the first failed write, which libsndfile does not always report.
  private func checkFile() throws {
    if let failure = virtualFile.failure {
      throw AudioIOError(writing: settings.file, failure)
    }
  }

  private static func format(_ settings: AudioSinkSettings) -> Int32 {
    let coding =
      switch settings.sampleFormat {
      case .int16: Int32(SF_FORMAT_PCM_16)
      case .int24: Int32(SF_FORMAT_PCM_24)
      case .float32: Int32(SF_FORMAT_FLOAT)
      }
    return switch settings.container {
    case .wav: Int32(SF_FORMAT_WAV) | coding
    case .flac: Int32(SF_FORMAT_FLAC) | coding
    case .oggVorbis: Int32(SF_FORMAT_OGG) | Int32(SF_FORMAT_VORBIS)
    case .aiff: Int32(SF_FORMAT_AIFF) | coding
    case .w64: Int32(SF_FORMAT_W64) | coding
    case .au: Int32(SF_FORMAT_AU) | coding
    case .caf: Int32(SF_FORMAT_CAF) | coding
    }
  }
}
