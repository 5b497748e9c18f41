import COpusControl
import COpusenc

/// Encoder that writes an `.opus` file to memory with libopusenc, the library of the program `opusenc`.
///
/// The file therefore has the pre-skip, the end trimming and the Ogg pages of a usual `.opus` file. Unlike `opusenc`,
/// the encoder reserves no bytes for later tags (`opusenc` reserves 512 by default).
final class OggOpusEncoder {
  /// Number of all packets that libopusenc has reported, headers included, and number of bytes of the packets that
  /// contain audio.
  struct PacketTally {
    var packetCount = 0
    var byteCount = 0
  }

  private let encoder: OpaquePointer
  private let comments: OpaquePointer
  private let tally: UnsafeMutablePointer<PacketTally>
  private let channelCount: Int
  private(set) var oggFile: [UInt8] = []

  /// Number of header packets: `OpusHead` and `OpusTags` (RFC 7845, section 5).
  private static let headerPacketCount = 2
  /// Serial number of the Ogg stream; constant, so that the file is reproducible.
  private static let serialNumber: Int32 = 1

  /// Creates an encoder for audio with the given number of channels and sample rate.
  ///
  /// - Throws: `OpusBaselineError.encodingFailed`.
  /// - Precondition: `settings` are valid for `channelCount`, which is in 1...8.
  init(settings: OpusSettings, channelCount: Int, sampleRateHz: Int) throws(OpusBaselineError) {
    guard let comments = ope_comments_create() else { throw OggOpusEncoder.failure(OPE_ALLOC_FAIL) }
    var code: Int32 = 0
    // RFC 7845, section 5.1.1: family 0 is mono and stereo, family 1 surround in Vorbis channel order.
    let family: Int32 = channelCount <= 2 ? 0 : 1
    guard
      let encoder = ope_encoder_create_pull(comments, Int32(sampleRateHz), Int32(channelCount), family, &code)
    else {
      ope_comments_destroy(comments)
      throw OggOpusEncoder.failure(code)
    }
    self.encoder = encoder
    self.comments = comments
    self.channelCount = channelCount
    tally = .allocate(capacity: 1)
    tally.initialize(to: PacketTally())
    try apply(settings)
    try check(
      opus_control_set_packet_callback(
        encoder,
        { userData, _, byteCount, _ in
          guard let tally = userData?.assumingMemoryBound(to: PacketTally.self) else { return }
          tally.pointee.packetCount += 1
          if tally.pointee.packetCount > OggOpusEncoder.headerPacketCount { tally.pointee.byteCount += Int(byteCount) }
        }, tally))
  }

  deinit {
    ope_encoder_destroy(encoder)
    ope_comments_destroy(comments)
    tally.deallocate()
  }

  /// Number of bytes of all audio packets so far; final after `finish()`.
  var packetByteCount: Int { tally.pointee.byteCount }

  private func apply(_ settings: OpusSettings) throws(OpusBaselineError) {
    let frameSize =
      switch settings.frameDuration {
      case .milliseconds20: OPUS_FRAMESIZE_20_MS
      case .milliseconds60: OPUS_FRAMESIZE_60_MS
      }
    let application = settings.application == .audio ? OPUS_APPLICATION_AUDIO : OPUS_APPLICATION_VOIP
    try set(OPUS_SET_APPLICATION_REQUEST, application)
    try set(OPUS_SET_EXPERT_FRAME_DURATION_REQUEST, frameSize)
    try set(OPUS_SET_BITRATE_REQUEST, Int32(settings.bitrateBps))
    try set(OPUS_SET_VBR_REQUEST, settings.rateMode == .constant ? 0 : 1)
    try set(OPUS_SET_VBR_CONSTRAINT_REQUEST, settings.rateMode == .constrainedVariable ? 1 : 0)
    try set(OPUS_SET_COMPLEXITY_REQUEST, Int32(settings.complexity))
    // By default libopusenc reserves 512 bytes for later tags, which would count against Opus here.
    try set(OPE_SET_COMMENT_PADDING_REQUEST, 0)
    try set(OPE_SET_SERIALNO_REQUEST, OggOpusEncoder.serialNumber)
  }

  /// Encodes interleaved samples.
  ///
  /// - Throws: `OpusBaselineError.encodingFailed`.
  /// - Precondition: `interleaved.count` is a multiple of the channel count.
  func write(_ interleaved: [Float]) throws(OpusBaselineError) {
    precondition(interleaved.count % channelCount == 0, "samples do not fill the channels")
    try check(ope_encoder_write_float(encoder, interleaved, Int32(interleaved.count / channelCount)))
    try collectPages()
  }

  /// Encodes the buffered samples and completes the file; no samples can be written after this call.
  ///
  /// - Throws: `OpusBaselineError.encodingFailed`.
  func finish() throws(OpusBaselineError) {
    try check(ope_encoder_drain(encoder))
    try collectPages()
  }

  private func collectPages() throws(OpusBaselineError) {
    var page: UnsafeMutablePointer<UInt8>?
    var byteCount: Int32 = 0
    while ope_encoder_get_page(encoder, &page, &byteCount, 0) != 0 {
      oggFile.append(contentsOf: UnsafeBufferPointer(start: page, count: Int(byteCount)))
    }
  }

  private func set(_ request: Int32, _ value: Int32) throws(OpusBaselineError) {
    try check(opus_control_set(encoder, request, value))
  }

  private func check(_ code: Int32) throws(OpusBaselineError) {
    if code != OPE_OK { throw OggOpusEncoder.failure(code) }
  }

  private static func failure(_ code: Int32) -> OpusBaselineError {
    .encodingFailed(code: Int(code), message: String(cString: ope_strerror(code)))
  }
}
