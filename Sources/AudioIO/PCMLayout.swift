import Signal

/// Format and position of PCM samples in a file or pipe, as a header states them.
struct PCMLayout: Equatable {
  var encoding: PCMEncoding
  var sampleRateHz: Int
  var channelCount: Int
  /// Loudspeakers of the channels; `nil` if unknown.
  var speakerLayout: SpeakerLayout?
  /// Byte offset of the first sample.
  var dataByteOffset: Int
  /// Number of bytes of the samples; `nil` if the header states none.
  var dataByteCount: Int?
  var tags: [AudioTag] = []
  /// Date and time at which the recording began; `nil` if the header does not state them.
  var broadcastOrigin: BroadcastOrigin?
  /// Name of the container, such as `WAV`.
  var container: String
  /// Size in the header of a WAV input, a placeholder or not; `nil` for other containers.
  var statedSize: StatedSize?
  /// Number of bits that each value leaves unused in the bytes of its sample, while it is unknown whether these are the
  /// high or the low bits; 0 if the values use all bits, or once the place is known.
  var spareBitCount = 0
  /// Number of high bits that each value leaves unused in the bytes of its sample; these bits are ignored.
  var ignoredHighBitCount = 0

  /// Size of the samples as a header states it, right or wrong.
  struct StatedSize: Equatable {
    var byteCount: Int
    /// Whether the field has 32 bits, which a recording of more than 4 GiB overflows.
    var isShort: Bool
  }

  /// Sets the place of the values: the low bits of their samples' bytes if `isLow` is true, otherwise the high bits.
  mutating func align(low isLow: Bool) {
    defer { spareBitCount = 0 }
    guard isLow else { return }
    if encoding == .s32le, spareBitCount == 8 { encoding = .s24in32le } else { ignoredHighBitCount = spareBitCount }
  }

  /// Number of bytes of one sample of all channels.
  var frameByteCount: Int { channelCount * encoding.byteCount }
}
