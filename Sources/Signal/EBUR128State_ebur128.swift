private import CEbur128

/// Loudness meter of libebur128: the owner of one `ebur128_state`.
final class EBUR128State {
  enum Mode { case integrated, momentary }

  private var handle: UnsafeMutablePointer<ebur128_state>?
  private let channelCount: Int
  private var interleaved: [Float] = []
  /// Number of samples per channel that are interleaved at once.
  private static let chunkLength = 4096

  init(channelCount: Int, sampleRateHz: Int, mode: Mode) throws {
    guard LoudnessMeter.supportedChannelCounts.contains(channelCount) else {
      throw SignalError.unsupportedChannelCount(channelCount, allowed: LoudnessMeter.supportedChannelCounts)
    }
    let allowedRates = 16...2_822_400  // Range of libebur128 (ebur128.c, VALIDATE_CHANNELS_AND_SAMPLERATE).
    guard allowedRates.contains(sampleRateHz) else {
      throw SignalError.unsupportedSampleRate(hz: sampleRateHz, allowed: allowedRates)
    }
    self.channelCount = channelCount
    let flags =
      switch mode {
      case .integrated: EBUR128_MODE_I.rawValue | EBUR128_MODE_HISTOGRAM.rawValue
      case .momentary: EBUR128_MODE_M.rawValue
      }
    handle = ebur128_init(UInt32(channelCount), UInt(sampleRateHz), Int32(flags))
    guard let handle else { throw SignalError.libraryFailure(library: "libebur128", reason: "no memory") }
    if ![4, 5, 6].contains(channelCount) {
      for channel in 0..<channelCount {
        let code = ebur128_set_channel(handle, UInt32(channel), Int32(EBUR128_LEFT.rawValue))
        try Self.check(code, "setting channel \(channel)")
      }
    }
  }

  deinit { ebur128_destroy(&handle) }

  func add(_ audio: AudioBuffer, range: Range<Int>) throws {
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(Self.chunkLength, range.upperBound - start)
      interleaved.removeAll(keepingCapacity: true)
      interleaved.append(contentsOf: repeatElement(0, count: count * channelCount))
      for (index, channel) in audio.channels.enumerated() {
        for offset in 0..<count { interleaved[offset * channelCount + index] = channel[start + offset] }
      }
      let code = interleaved.withUnsafeBufferPointer { ebur128_add_frames_float(handle, $0.baseAddress, count) }
      try Self.check(code, "adding samples")
      start += count
    }
  }

  /// Integrated loudness in LUFS; `nil` if all gating blocks are below the absolute gate.
  var integratedLoudness: Double? {
    var loudness = 0.0
    guard ebur128_loudness_global(handle, &loudness) == Int32(EBUR128_SUCCESS.rawValue), loudness.isFinite else {
      return nil
    }
    return loudness
  }

  /// Loudness of the last 400 ms in LUFS; −∞ for digital silence.
  var momentaryLoudness: Double {
    var loudness = -Double.infinity
    let code = ebur128_loudness_momentary(handle, &loudness)
    return code == Int32(EBUR128_SUCCESS.rawValue) ? loudness : -.infinity
  }

  private static func check(_ code: Int32, _ action: String) throws {
    guard code != Int32(EBUR128_SUCCESS.rawValue) else { return }
    throw SignalError.libraryFailure(library: "libebur128", reason: "error \(code) while \(action)")
  }
}
