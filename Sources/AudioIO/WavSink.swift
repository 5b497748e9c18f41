import Signal
import SystemCalls

/// Sink for WAV: RIFF that becomes RF64 above 4 GiB in a file, RIFF with sizes of 0xFFFFFFFF in a pipe. libsndfile
/// cannot write WAV to a pipe.
///
/// The header of a file has a `JUNK` chunk as room for the `ds64` chunk of RF64 (EBU Tech 3306, section 3.5). Tags go
/// into a `LIST INFO` chunk before the samples, in UTF-8.
final class WavSink: AudioSink {
  /// Largest size in a RIFF header; 0xFFFFFFFF means "unknown".
  static let largestRiffByteCount = 0xFFFF_FFFE

  private let settings: AudioSinkSettings
  private let descriptor: OpenFile
  private let isSeekable: Bool
  private var quantiser: SampleQuantiser
  private var dataByteCount = 0
  private var headerByteCount = 0
  private var pending: [UInt8] = []

  private static let pendingByteCount = 1 << 16

  /// Writes the header.
  ///
  /// - Throws: ``AudioIOError``: `.writeFailed`, or `.readerGone` for a pipe without a reader.
  init(settings: AudioSinkSettings, descriptor: OpenFile, isSeekable: Bool) throws {
    self.settings = settings
    self.descriptor = descriptor
    self.isSeekable = isSeekable
    quantiser = SampleQuantiser(channelCount: settings.channelCount, seed: settings.ditherSeed)
    let header = header()
    headerByteCount = header.count
    pending = header
    // The header is flushed at once, so that the reader of a pipe can begin.
    try flush()
  }

  func skip(_ sampleCount: Int) { quantiser.skip(sampleCount) }

  func write(_ audio: AudioBuffer) throws {
    let before = pending.count
    switch settings.sampleFormat {
    case .int16: for code in quantiser.int16(audio) { pending.appendLittle(UInt64(UInt16(bitPattern: code)), 2) }
    case .int24: for code in quantiser.int24(audio) { pending.appendLittle(UInt64(UInt32(bitPattern: code)), 3) }
    case .float32: for sample in quantiser.float32(audio) { pending.appendLittle(UInt64(sample.bitPattern), 4) }
    }
    dataByteCount += pending.count - before
    // The reader of a pipe may wait for these samples.
    if !isSeekable || pending.count >= Self.pendingByteCount { try flush() }
  }

  func finish() throws {
    if dataByteCount % 2 == 1 { pending.append(0) }
    try flush()
    do throws(SystemFailure) {
      if isSeekable {
        try descriptor.seek(0)
        try descriptor.write(header())
      }
      try descriptor.closeNow()
    } catch {
      throw AudioIOError(writing: settings.file, error)
    }
  }

  private func flush() throws {
    do throws(SystemFailure) { try descriptor.write(pending) } catch {
      throw AudioIOError(writing: settings.file, error)
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Returns the header for the samples written so far; its length is constant.
  private func header() -> [UInt8] {
    let riffByteCount = headerByteCount - 8 + dataByteCount + dataByteCount % 2
    let isLong = isSeekable && riffByteCount > settings.riffByteCountLimit
    let hasFixedSizes = isSeekable && !isLong
    var bytes = Array((isLong ? "RF64" : "RIFF").utf8)
    bytes.appendLittle(hasFixedSizes ? UInt64(max(0, riffByteCount)) : 0xFFFF_FFFF, 4)
    bytes += Array("WAVE".utf8)
    if isSeekable {
      bytes += Array((isLong ? "ds64" : "JUNK").utf8)
      bytes.appendLittle(28, 4)
      let frameCount = dataByteCount / (settings.channelCount * settings.sampleFormat.byteCount)
      for size in [riffByteCount, dataByteCount, frameCount] { bytes.appendLittle(isLong ? UInt64(size) : 0, 8) }
      bytes.appendLittle(0, 4)
    }
    bytes += formatChunk()
    if settings.sampleFormat == .float32 {
      bytes += Array("fact".utf8)
      bytes.appendLittle(4, 4)
      let frameCount = dataByteCount / (settings.channelCount * settings.sampleFormat.byteCount)
      bytes.appendLittle(hasFixedSizes ? UInt64(frameCount) : 0xFFFF_FFFF, 4)
    }
    bytes += tagChunk()
    bytes += Array("data".utf8)
    bytes.appendLittle(hasFixedSizes ? UInt64(dataByteCount) : 0xFFFF_FFFF, 4)
    return bytes
  }

  /// Returns the `fmt ` chunk: `WAVE_FORMAT_EXTENSIBLE` for more than two channels and for 24-bit integers, as its
  /// specification requires. Float samples in mono and stereo have the plain form, which more readers know.
  private func formatChunk() -> [UInt8] {
    let isFloat = settings.sampleFormat == .float32
    let isExtensible = settings.channelCount > 2 || settings.sampleFormat == .int24
    let frameByteCount = settings.channelCount * settings.sampleFormat.byteCount
    var bytes = Array("fmt ".utf8)
    bytes.appendLittle(isExtensible ? 40 : isFloat ? 18 : 16, 4)
    bytes.appendLittle(isExtensible ? 0xFFFE : isFloat ? 3 : 1, 2)
    bytes.appendLittle(UInt64(settings.channelCount), 2)
    bytes.appendLittle(UInt64(settings.sampleRateHz), 4)
    bytes.appendLittle(UInt64(min(settings.sampleRateHz * frameByteCount, Int(UInt32.max))), 4)
    bytes.appendLittle(UInt64(frameByteCount), 2)
    bytes.appendLittle(UInt64(settings.sampleFormat.byteCount * 8), 2)
    if isExtensible {
      bytes.appendLittle(22, 2)
      bytes.appendLittle(UInt64(settings.sampleFormat.byteCount * 8), 2)
      bytes.appendLittle(UInt64(SpeakerLayout.usual(channelCount: settings.channelCount)?.channelMask ?? 0), 4)
      bytes.appendLittle(isFloat ? 3 : 1, 2)
      bytes += [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71]
    } else if isFloat {
      bytes.appendLittle(0, 2)
    }
    return bytes
  }

  private func tagChunk() -> [UInt8] {
    var list = Array("INFO".utf8)
    for tag in settings.tags {
      guard let known = AudioTag.infoChunkNames.first(where: { $0.name == tag.name }) else { continue }
      let text = Array(tag.value.utf8.filter { $0 != 0 }) + [0]
      list += Array(known.chunk.utf8)
      list.appendLittle(UInt64(text.count), 4)
      list += text
      if text.count % 2 == 1 { list.append(0) }
    }
    guard list.count > 4 else { return [] }
    var bytes = Array("LIST".utf8)
    bytes.appendLittle(UInt64(list.count), 4)
    return bytes + list
  }
}

extension [UInt8] {
  /// Appends the low `byteCount` bytes of a value, least significant first.
  mutating func appendLittle(_ value: UInt64, _ byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }
}
