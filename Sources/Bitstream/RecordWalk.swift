import Tokens

/// Goes from record to record through bytes of which any part can be read, and looks at no more of each than where it
/// ends, its header and its first few fields: 40 bytes, 128 where a header spells out what it could leave to short forms.
///
/// Checksums are not looked at, so what an outline says is likely, not certain; `record(_:)` makes sure of one record.
/// What contradicts itself is thrown as the fault that a reader of all bytes might find there.
public struct RecordWalk {
  private let bytes: any RandomAccessBytes
  /// Where the next record begins.
  public private(set) var byteOffset: Int
  /// Header of the stream that the last record belongs to.
  private var header: StreamHeader?

  /// What the first bytes of a record say.
  public struct Outline: Sendable {
    public let byteRange: Range<Int>
    /// Whether a stream starts here.
    public let isStart: Bool
    /// The header in the record, without tags; `nil` where there is none.
    public let header: StreamHeader?
    /// Frames of the block in the record; `nil` where there is none.
    public let frames: Range<Int>?
    /// Where a stream ends here: its length in samples at the rate of the source.
    public let sampleCount: Int?
    /// Where a stream ends in a record without a block: the frame after its last.
    public let endFrame: Int?
    /// Of a record that is no stream's: 1 for tags.
    public let ancillaryType: Int?

    /// Whether a reader passes the record over wherever it stands.
    public var isIgnored: Bool {
      ancillaryType.map { $0 != AncillaryType.tags && $0 != 0 && $0 < AncillaryType.firstCritical } ?? false
    }
  }

  /// A record all of whose bytes were checked.
  public struct IntactRecord: Sendable {
    /// Tags are empty.
    public let header: StreamHeader?
    public let block: StreamBlock?
    public let trailer: StreamTrailer?
    let headerBytes: [UInt8]?
  }

  private static let prefixByteCount = 40
  /// The longest framing, header, trailer and fields in front of a block's tokens have fewer.
  private static let longestPrefixByteCount = 128

  /// - Parameters:
  ///   - byteOffset: where a record begins.
  ///   - header: of the stream that it belongs to, for a record without one.
  public init(_ bytes: any RandomAccessBytes, from byteOffset: Int = 0, header: StreamHeader? = nil) {
    self.bytes = bytes
    self.byteOffset = byteOffset
    self.header = header
  }

  /// The next record, or `nil` at the end.
  ///
  /// - Throws: `BitstreamError` where no record seems to begin, and what reading throws; the walk stays where it is.
  public mutating func next() throws -> Outline? {
    guard byteOffset < bytes.byteCount else { return nil }
    let outline: Outline
    do {
      outline = try self.outline(framing(of: try prefix(Self.prefixByteCount)))
    } catch BitstreamError.fieldBeyondRecord {
      outline = try self.outline(framing(of: try prefix(Self.longestPrefixByteCount)))
    }
    if let found = outline.header { header = found }
    byteOffset = outline.byteRange.upperBound
    return outline
  }

  /// Reads a whole record and checks its checksum and every field.
  ///
  /// - Parameter header: of the stream, for a record without one.
  /// - Throws: `BitstreamError`, and what reading throws.
  public func record(_ outline: Outline, header: StreamHeader?) throws -> IntactRecord {
    var scanner = RecordScanner(byteOffset: outline.byteRange.lowerBound)
    scanner.push(try bytes.bytes(in: outline.byteRange))
    scanner.finish()
    guard case .record(let found) = try scanner.next(), found.byteRange == outline.byteRange else {
      throw BitstreamError.truncated(byteOffset: outline.byteRange.lowerBound)
    }
    let record = try StreamRecord(found, current: header)
    return IntactRecord(
      header: record.header?.value, block: record.block, trailer: record.trailer, headerBytes: record.header?.bytes)
  }

  private func prefix(_ count: Int) throws -> [UInt8] {
    try bytes.bytes(in: byteOffset..<min(byteOffset + count, bytes.byteCount))
  }

  private struct Framing {
    let sections: RecordSections
    var body: ByteReader
    let byteRange: Range<Int>
  }

  private func framing(of prefix: [UInt8]) throws -> Framing {
    guard prefix.starts(with: StreamFormat.sync) else { throw BitstreamError.missingSync(byteOffset: byteOffset) }
    var reader = ByteReader(prefix, baseOffset: byteOffset)
    _ = try reader.take(StreamFormat.sync.count, "sync")
    let kind = Int(try reader.byte("kind"))
    guard kind >> 4 == StreamFormat.version else {
      throw BitstreamError.unsupportedVersion(kind >> 4, byteOffset: byteOffset)
    }
    let bodyByteCount = try reader.varint("record length", in: 1...StreamLimits.bodyByteCount)
    let end = reader.byteOffset + bodyByteCount + StreamFormat.checksumByteCount
    guard end <= bytes.byteCount else { throw BitstreamError.truncated(byteOffset: byteOffset) }
    let seen = min(bodyByteCount, reader.remainingCount)
    let body = ByteReader(try reader.take(seen, "record"), baseOffset: reader.byteOffset - seen)
    return Framing(sections: RecordSections(rawValue: kind & 15), body: body, byteRange: byteOffset..<end)
  }

  private func outline(_ framing: Framing) throws -> Outline {
    let sections = framing.sections
    var body = framing.body
    guard !sections.isEmpty else {
      return Outline(
        byteRange: framing.byteRange, isStart: false, header: nil, frames: nil, sampleCount: nil, endFrame: nil,
        ancillaryType: Int(try body.byte("record type")))
    }
    let found = sections.contains(.header) ? try StreamHeader(from: &body) : nil
    guard let inForce = found ?? header else {
      throw BitstreamError.missingStart(byteOffset: framing.byteRange.lowerBound)
    }
    var (sampleCount, endFrame): (Int?, Int?) = (nil, nil)
    if sections.contains(.trailer) {
      sampleCount = try body.varint("samples", in: 0...StreamLimits.sampleCount)
      if !sections.contains(.block) { endFrame = try body.varint("end frame", in: 0...StreamLimits.frameNumber) }
      _ = try body.fixed(4, "token hash")
    }
    var frames: Range<Int>?
    if sections.contains(.block) {
      let first = try body.varint("first frame", in: 0...StreamLimits.frameNumber - 1)
      frames = first..<first + (try body.varint("frames", in: 1...inForce.blockFrameLimit))
    }
    return Outline(
      byteRange: framing.byteRange, isStart: sections.contains(.start), header: found, frames: frames,
      sampleCount: sampleCount, endFrame: endFrame, ancillaryType: nil)
  }
}
