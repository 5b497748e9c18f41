import Tokens

/// Iterator over the records of random-access bytes that reads only the first 40 bytes of each record, or 128 bytes
/// where 40 bytes do not hold all fields.
///
/// An `Outline` holds the fields in a record's first bytes. These fields are not verified, because the iterator does
/// not compute checksums; `record(_:header:)` verifies one record. Invalid fields throw the fault that a reader of all
/// bytes might report.
public struct RecordWalk {
  private let bytes: any RandomAccessBytes
  /// Byte offset of the next record.
  public private(set) var byteOffset: Int
  /// Header of the current stream.
  private var header: StreamHeader?

  /// Unverified content of a record's first bytes.
  public struct Outline: Sendable {
    /// Byte range of the whole record.
    public let byteRange: Range<Int>
    /// Whether this is a start record.
    public let isStart: Bool
    /// Header section, without tags; `nil` for a record without a header section.
    public let header: StreamHeader?
    /// Frames of the block section; `nil` for a record without a block section.
    public let frames: Range<Int>?
    /// Length of the stream in samples per channel at the source's rate; `nil` for a record without a trailer section.
    public let sampleCount: Int?
    /// End frame (exclusive) of the stream; `nil` unless the record has a trailer section and no block section.
    public let endFrame: Int?
    /// Type of an ancillary record, 1 for tags; `nil` for a record with sections.
    public let ancillaryType: Int?

    /// Whether this is a silence record, which belongs to the next block.
    public var isSilence: Bool { AncillaryType.isOfNextBlock(ancillaryType) }

    /// Whether this is an ancillary record that may stand anywhere: a silence record, or a record of a type that
    /// readers ignore.
    public var isIgnored: Bool {
      ancillaryType.map { $0 != AncillaryType.tags && $0 != 0 && $0 < AncillaryType.firstCritical } ?? false
    }
  }

  /// Sections of a record whose checksum and fields have been checked.
  public struct IntactRecord: Sendable {
    /// Header section, without tags; `nil` for a record without a header section.
    public let header: StreamHeader?
    /// Block section; `nil` for a record without a block section.
    public let block: StreamBlock?
    /// Trailer section; `nil` for a record without a trailer section.
    public let trailer: StreamTrailer?
    let headerBytes: [UInt8]?
  }

  /// Number of bytes of each record that are read first.
  private static let prefixByteCount = 40
  /// Upper bound of the bytes of framing, header, trailer and the fields before a block's mask.
  private static let longestPrefixByteCount = 128

  /// Creates an iterator that begins at the record at `byteOffset`.
  ///
  /// - Parameters:
  ///   - bytes: The input.
  ///   - byteOffset: Byte offset of a record.
  ///   - header: Header of the stream that the record belongs to; `nil` if the record has a header section.
  public init(_ bytes: any RandomAccessBytes, from byteOffset: Int = 0, header: StreamHeader? = nil) {
    self.bytes = bytes
    self.byteOffset = byteOffset
    self.header = header
  }

  /// Returns the outline of the next record, or `nil` at the end of the input.
  ///
  /// - Throws: `BitstreamError` if the next bytes are not the valid beginning of a record, or the error of reading;
  ///   `byteOffset` then stays unchanged.
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

  /// Reads a whole record and checks its checksum and all fields.
  ///
  /// - Parameters:
  ///   - outline: Outline of the record, from `next()`.
  ///   - header: Header of the stream, for a record without a header section.
  /// - Throws: `BitstreamError`, or the error of reading.
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
