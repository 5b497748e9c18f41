/// Encoder of one stream, block by block; needs no knowledge of later blocks.
///
/// The stream is the concatenation of all returned byte arrays.
public struct StreamEncoder: Sendable {
  /// Header of the stream.
  public let header: StreamHeader
  /// Byte and token counts of the bytes returned so far.
  public private(set) var statistics = StreamStatistics()
  /// Whether the trailer has been encoded.
  public private(set) var hasEnded = false

  private let headerBytes: [UInt8]
  private let tagsRecord: [UInt8]
  private var hasStarted = false
  private var nextFrame: Int?
  private var hash = TokenHash()
  private var bytesSinceHeader = 0

  /// Number of blocks at the beginning of a stream whose records all have a header section, so that damage to one of
  /// these records loses only its block (`formats/container.md`, section 8).
  private static let headedBlockCount = 2
  /// Bytes between copies of the header after the first blocks, in multiples of the header's size
  /// (`formats/container.md`, section 8).
  private static let headerSpacing = 16

  /// Creates an encoder.
  ///
  /// - Throws: `BitstreamError.unencodable` if the header exceeds a limit of the format, `.unencodableSampler` if its
  ///   sampler settings have no form in the format.
  public init(header: StreamHeader) throws {
    self.header = header
    headerBytes = try header.encoded()
    tagsRecord =
      header.tags.isEmpty
      ? [] : Record.framed([], body: [UInt8(AncillaryType.tags)] + (try StreamTag.encoded(header.tags)))
  }

  /// Encodes the header in a record of its own before the first block, for a listener who waits for the header.
  ///
  /// The extra record costs 9 bytes and a copy of the header.
  ///
  /// - Precondition: no record has been encoded.
  public mutating func start() -> [UInt8] {
    precondition(!hasStarted && !hasEnded, "the stream has begun already")
    return record([.header], [headerBytes])
  }

  /// Encodes the next block; the first block may begin at any frame.
  ///
  /// - Parameters:
  ///   - block: Block whose first frame is the end frame (exclusive) of the previous block.
  ///   - sampleCount: For the last block, the length of the stream in samples per channel at the source's rate. The
  ///     block's record then carries the trailer, which saves at least 10 bytes over `finish(sampleCount:)`. `nil` for
  ///     any other block, and where `finish(sampleCount:)` will write the trailer.
  /// - Throws: `BitstreamError.unencodable` if the block contradicts the header or the previous block, or if a value
  ///   exceeds a limit; the encoder is then unchanged.
  /// - Precondition: the trailer has not been encoded.
  public mutating func encode(_ block: StreamBlock, endingAt sampleCount: Int? = nil) throws -> [UInt8] {
    precondition(!hasEnded, "a block after the end of the stream")
    let (fields, payload) = try block.encoded(for: header)
    if let nextFrame { try requireEncodable("first frame", block.firstFrame, nextFrame...nextFrame) }
    if let sampleCount { try requireEncodable("samples", sampleCount, 0...StreamLimits.sampleCount) }
    // The header and trailer sections in the same record have at most 128 bytes.
    let limit = StreamLimits.bodyByteCount - 128
    try requireEncodable("bytes of a block", fields.count + payload.count, 0...limit)
    let silence = try silenceRecords(of: block)

    hash.update(block)
    nextFrame = block.frames.upperBound
    var sections: RecordSections = [.block]
    var body = [fields + payload]
    if let sampleCount {
      sections.insert(.trailer)
      body.insert(trailer(sampleCount: sampleCount, endFrame: nil), at: 0)
    }
    if !hasStarted || statistics.blockCount < Self.headedBlockCount
      || bytesSinceHeader >= Self.headerSpacing * headerBytes.count
    {
      sections.insert(.header)
      body.insert(headerBytes, at: 0)
      bytesSinceHeader = 0
    }
    statistics.add(block, header: header, payloadByteCount: payload.count)
    statistics.framingByteCount -= payload.count
    return record(sections, body, silence: silence)
  }

  /// Encodes the trailer as a record of its own.
  ///
  /// - Parameter sampleCount: Length of the stream in samples per channel at the source's rate.
  /// - Throws: `BitstreamError.unencodable` if the length exceeds the limit of the format.
  /// - Precondition: the trailer has not been encoded.
  public mutating func finish(sampleCount: Int) throws -> [UInt8] {
    precondition(!hasEnded, "the stream has ended already")
    try requireEncodable("samples", sampleCount, 0...StreamLimits.sampleCount)
    let trailer = trailer(sampleCount: sampleCount, endFrame: nextFrame ?? 0)
    return hasStarted ? record([.trailer], [trailer]) : record([.header, .trailer], [headerBytes, trailer])
  }

  private func trailer(sampleCount: Int, endFrame: Int?) -> [UInt8] {
    Self.trailer(sampleCount: sampleCount, endFrame: endFrame, hash)
  }

  private static func trailer(sampleCount: Int, endFrame: Int?, _ hash: TokenHash) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(sampleCount)
    if let endFrame { writer.varint(endFrame) }
    writer.fixed(Int(hash.value), byteCount: 4)
    return writer.bytes
  }

  /// Returns the record with the trailer of a stream that another encoder began.
  ///
  /// - Parameters:
  ///   - sampleCount: Length of the stream in samples per channel at the source's rate.
  ///   - endFrame: End frame (exclusive) of the last block.
  ///   - hash: Token hash of all blocks.
  /// - Throws: `BitstreamError.unencodable` if a value exceeds its limit.
  package static func trailerRecord(sampleCount: Int, endFrame: Int, _ hash: TokenHash) throws -> [UInt8] {
    try requireEncodable("samples", sampleCount, 0...StreamLimits.sampleCount)
    try requireEncodable("end frame", endFrame, 0...StreamLimits.frameNumber)
    return Record.framed([.trailer], body: trailer(sampleCount: sampleCount, endFrame: endFrame, hash))
  }

  /// Returns the silence records of a block; no bytes for a block without silence.
  private func silenceRecords(of block: StreamBlock) throws -> [UInt8] {
    let samples = header.sourceSamples(ofFrames: block.frames)
    var bytes: [UInt8] = []
    if block.channelSilence.contains(where: { !$0.isEmpty }) {
      bytes += Record.framed([], body: try ChannelSilenceRecord.encoded(block.channelSilence, within: samples))
    }
    if !block.silence.isEmpty {
      bytes += Record.framed([], body: try SilenceRecord.encoded(block.silence, within: samples))
    }
    return bytes
  }

  /// Frames sections as a record and updates the statistics; the tags record stands before the first record of the
  /// stream, and silence records before the record of their block.
  private mutating func record(_ sections: RecordSections, _ parts: [[UInt8]], silence: [UInt8] = []) -> [UInt8] {
    let isFirst = !hasStarted
    let bytes = Record.framed(isFirst ? sections.union(.start) : sections, body: parts.flatMap { $0 })
    hasStarted = true
    bytesSinceHeader += bytes.count
    var framing = silence.count + bytes.count
    if sections.contains(.header) {
      statistics.headerByteCount += headerBytes.count
      framing -= headerBytes.count
    }
    if sections.contains(.trailer) {
      let trailer = parts[sections.contains(.header) ? 1 : 0]
      statistics.trailerByteCount += trailer.count
      framing -= trailer.count
      hasEnded = true
    }
    statistics.framingByteCount += framing
    guard isFirst else { return silence + bytes }
    statistics.ancillaryByteCount += tagsRecord.count
    return tagsRecord + silence + bytes
  }
}
