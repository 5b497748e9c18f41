/// Writes one stream, block by block, with nothing known in advance.
///
/// The pieces of bytes that the calls return, in order, are the stream.
public struct StreamEncoder: Sendable {
  public let header: StreamHeader
  /// Of the bytes returned so far.
  public private(set) var statistics = StreamStatistics()
  /// Whether the trailer has been written.
  public private(set) var hasEnded = false

  private let headerBytes: [UInt8]
  private let tagsRecord: [UInt8]
  private var hasStarted = false
  private var nextFrame: Int?
  private var hash = TokenHash()
  private var bytesSinceHeader = 0

  /// The first blocks all carry the header, so that damage to one of them loses no other.
  private static let headedBlockCount = 2
  /// After that the header is repeated when this many times its size has gone by, which bounds its cost.
  private static let headerSpacing = 16

  /// - Throws: `BitstreamError.unencodable` when the header passes a limit of the format.
  public init(header: StreamHeader) throws {
    self.header = header
    headerBytes = try header.encoded()
    tagsRecord =
      header.tags.isEmpty
      ? [] : Record.framed([], body: [UInt8(AncillaryType.tags)] + (try StreamTag.encoded(header.tags)))
  }

  /// Writes the header at once instead of with the first block, for a listener who waits for it; costs 9 bytes
  /// and a copy of the header.
  ///
  /// - Precondition: Nothing has been written.
  public mutating func start() -> [UInt8] {
    precondition(!hasStarted && !hasEnded, "the stream has begun already")
    return record([.header], [headerBytes])
  }

  /// Writes `block`, which follows the one before; the first may begin at any frame.
  ///
  /// - Parameter sampleCount: For the last block, the length of the stream in samples at the rate of the source. Then
  ///   the trailer is written with it, which saves 10 bytes against `finish(sampleCount:)`.
  /// - Throws: `BitstreamError.unencodable` when the block contradicts the header or passes a limit; the encoder is as
  ///   before then.
  /// - Precondition: The stream has not ended.
  public mutating func encode(_ block: StreamBlock, endingAt sampleCount: Int? = nil) throws -> [UInt8] {
    precondition(!hasEnded, "a block after the end of the stream")
    let (fields, payload) = try block.encoded(for: header)
    if let nextFrame { try requireEncodable("first frame", block.firstFrame, nextFrame...nextFrame) }
    if let sampleCount { try requireEncodable("samples", sampleCount, 0...StreamLimits.sampleCount) }
    let limit = StreamLimits.bodyByteCount - 128
    try requireEncodable("bytes of a block", fields.count + payload.count, 0...limit)

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
    return record(sections, body)
  }

  /// Writes the trailer as a record of its own, unless the last block carried it.
  ///
  /// - Parameter sampleCount: Length of the stream in samples at the rate of the source.
  /// - Throws: `BitstreamError.unencodable` when that is more than the format can hold.
  /// - Precondition: The stream has not ended.
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

  /// The record that ends a stream which somebody else began.
  ///
  /// - Parameter hash: of all its blocks.
  /// - Throws: `BitstreamError.unencodable`.
  package static func trailerRecord(sampleCount: Int, endFrame: Int, _ hash: TokenHash) throws -> [UInt8] {
    try requireEncodable("samples", sampleCount, 0...StreamLimits.sampleCount)
    try requireEncodable("end frame", endFrame, 0...StreamLimits.frameNumber)
    return Record.framed([.trailer], body: trailer(sampleCount: sampleCount, endFrame: endFrame, hash))
  }

  /// Frames the sections, counts their bytes and takes note of what they begin and end.
  private mutating func record(_ sections: RecordSections, _ parts: [[UInt8]]) -> [UInt8] {
    let isFirst = !hasStarted
    let bytes = Record.framed(isFirst ? sections.union(.start) : sections, body: parts.flatMap { $0 })
    hasStarted = true
    bytesSinceHeader += bytes.count
    var framing = bytes.count
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
    guard isFirst else { return bytes }
    statistics.ancillaryByteCount += tagsRecord.count
    return tagsRecord + bytes
  }
}
