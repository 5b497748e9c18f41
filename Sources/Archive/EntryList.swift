import Bitstream

/// List of entries in the order of their start, each coded as differences from the entry before (`formats/archive.md`,
/// section 3.1).
struct EntryList {
  private(set) var entries: [ArchivedRecording] = []
  private var writer = ByteWriter()

  private static let cutOffFlag = 1

  /// Number of bytes of the entries that `append` has coded, without the count in front of them; 0 for a decoded list.
  var byteCount: Int { writer.bytes.count }

  /// Encodes a list whose entries `append` has added: the count, then the entries. A decoded list cannot be encoded.
  func encoded() -> [UInt8] {
    var whole = ByteWriter()
    whole.varint(entries.count)
    whole.append(writer.bytes)
    return whole.bytes
  }

  /// Appends an entry.
  ///
  /// - Precondition: `entry` does not precede the last entry of the list, and the state of `entry` is not
  ///   `.unfinished`.
  mutating func append(_ entry: ArchivedRecording) {
    precondition(entry.state != .unfinished, "an unfinished recording is not in the index")
    let previous = entries.last
    let name = Array(entry.name.utf8)
    let previousName = previous.map { Array($0.name.utf8) } ?? []
    var shared = 0
    while shared < min(name.count, previousName.count), name[shared] == previousName[shared] { shared += 1 }
    writer.varint(shared)
    writer.varint(name.count - shared)
    writer.append(Array(name[shared...]))
    if let previous {
      writer.varint(entry.start.microseconds - previous.start.microseconds)
    } else {
      writer.signedVarint(entry.start.microseconds)
    }
    writer.signedVarint(entry.start.utcOffsetMinutes)
    writer.signedVarint(entry.byteRange.lowerBound - (previous?.byteRange.upperBound ?? 0))
    writer.varint(entry.byteRange.count)
    writer.varint(entry.sampleCount)
    writer.varint(entry.sampleRateHz)
    writer.byte(entry.state == .cutOff ? Self.cutOffFlag : 0)
    entries.append(entry)
  }

  init() {}

  /// Decodes a list, which ends at the end of its section.
  ///
  /// - Parameters:
  ///   - reader: Reader of the section.
  ///   - allowed: Valid numbers of entries.
  ///   - fileByteCount: Upper bound of the byte offset at which a recording ends.
  /// - Throws: `BitstreamError`.
  init(from reader: inout ByteReader, count allowed: ClosedRange<Int>, fileByteCount: Int) throws {
    let count = try reader.varint("entries", in: allowed)
    var previousName: [UInt8] = []
    for _ in 0..<count {
      let previous = entries.last
      let (name, bytes) = try Self.name(after: previousName, from: &reader)
      previousName = bytes
      let times = ArchiveLimits.startMicroseconds
      let start: Int
      if let previous {
        let before = previous.start.microseconds
        start = before + (try reader.varint("start", in: 0...times.upperBound - before))
      } else {
        start = try reader.signedVarint("start", in: times)
      }
      let utcOffset = try reader.signedVarint("UTC offset", in: ArchiveLimits.utcOffsetMinutes)
      let before = previous?.byteRange.upperBound ?? 0
      let lower = before + (try reader.signedVarint("byte offset", in: -before...max(0, fileByteCount - before)))
      let byteCount = try reader.varint("bytes", in: 1...max(1, fileByteCount - lower))
      let sampleCount = try reader.varint("samples", in: 0...StreamLimits.sampleCount)
      let rate = try reader.varint("source sample rate", in: StreamLimits.sourceSampleRateHz)
      let flagsOffset = reader.byteOffset
      let flags = Int(try reader.byte("entry flags"))
      guard flags & ~Self.cutOffFlag == 0 else {
        throw BitstreamError.reserved(field: "entry flags", value: flags, byteOffset: flagsOffset)
      }
      entries.append(
        ArchivedRecording(
          name: name, start: ArchiveTime(microseconds: start, utcOffsetMinutes: utcOffset),
          byteRange: lower..<lower + byteCount, sampleCount: sampleCount, sampleRateHz: rate,
          state: flags & Self.cutOffFlag != 0 ? .cutOff : .complete))
    }
    try reader.rejectTrailingBytes()
  }

  private static func name(
    after previous: [UInt8], from reader: inout ByteReader
  ) throws -> (String, [UInt8]) {
    let offset = reader.byteOffset
    let shared = try reader.varint("shared bytes of a name", in: 0...previous.count)
    let allowed = ArchiveLimits.nameByteCount
    let count = try reader.varint(
      "bytes of a name", in: max(0, allowed.lowerBound - shared)...allowed.upperBound - shared)
    let bytes = Array(previous[..<shared]) + (try reader.take(count, "name"))
    guard let name = String(validating: bytes, as: UTF8.self), (try? ArchivedRecording.requireName(name)) != nil else {
      throw BitstreamError.badText(field: "name", byteOffset: offset)
    }
    return (name, bytes)
  }
}
