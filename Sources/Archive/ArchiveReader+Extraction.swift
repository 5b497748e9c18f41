public import Bitstream

/// What an extraction gave.
public struct ArchiveExtraction: Sendable {
  /// Bytes written.
  public internal(set) var byteCount = 0
  /// Frames that were written, lost ones among them not counted.
  public internal(set) var frameCount = 0
  /// Damage inside the recording, byte offsets counted in the archive.
  public internal(set) var damage: [StreamDamage] = []

  public init() {}

  /// What comes of a stream without any header that is intact; a recording that has only just begun has no bytes at all.
  static func nothing(of stream: Range<Int>) -> ArchiveExtraction {
    var result = ArchiveExtraction()
    if !stream.isEmpty {
      let reason = BitstreamError.missingStart(byteOffset: stream.lowerBound)
      result.damage = [StreamDamage(byteRange: stream, lostFrames: nil, reason: reason)]
    }
    return result
  }
}

extension ArchiveReader {
  /// Writes the stream of a recording as it was appended, whatever is damaged in it included. One that is unfinished gets
  /// a trailer for what is there.
  ///
  /// - Parameter write: takes the bytes in order.
  /// - Throws: `ArchiveError.indexContradicts` where another record is in front of the stream, and what reading and
  ///   `write` throw.
  public func extract(
    _ recording: ArchivedRecording, write: ([UInt8]) throws -> Void
  ) throws -> ArchiveExtraction {
    if recording.state == .unfinished { return try excerpt(of: recording, in: Int.min..<Int.max, write: write) }
    let stream = try streamByteRange(of: recording)
    var result = ArchiveExtraction()
    var decoder = StreamDecoder(policy: .lenient)
    var search = RecordSearch(bytes, stream)
    func put(_ bytes: [UInt8]) throws {
      try write(bytes)
      result.byteCount += bytes.count
    }
    func drain() throws {
      while let event = try decoder.next() {
        switch event {
        case .block(let block): result.frameCount += block.frameCount
        case .damage(let damage): result.damage.append(damage)
        case .header, .trailer: break
        }
      }
    }
    var record = try search.next()
    while true {
      if let gap = search.gap {
        decoder.pass(over: gap.byteRange, reason: gap.reason)
        for start in stride(from: gap.byteRange.lowerBound, to: gap.byteRange.upperBound, by: 1 << 16) {
          try put(try bytes.bytes(availableIn: start..<min(gap.byteRange.upperBound, start + 1 << 16)))
        }
      }
      guard let found = record else { break }
      if !found.isOfArchive {
        try put(Record.framed(found.sections, body: found.body))
        try decoder.accept(intact: found)
        try drain()
      }
      record = try search.next()
    }
    decoder.finish()
    try drain()
    return result
  }

  /// The stream's bytes, marks included, after a look at the record in front of it.
  func streamByteRange(of recording: ArchivedRecording) throws -> Range<Int> {
    let record = try bytes.record(at: recording.byteRange.lowerBound, expected: 64)
    guard record.ancillaryType == ArchiveRecordType.recording, let label = try? RecordingLabel(record),
      label.name == recording.name, label.start == recording.start,
      record.byteRange.upperBound <= recording.byteRange.upperBound
    else {
      throw ArchiveError.indexContradicts(name: recording.name, byteOffset: recording.byteRange.lowerBound)
    }
    return record.byteRange.upperBound..<recording.byteRange.upperBound
  }
}

extension Record {
  /// Whether it belongs to the archive, not to a stream.
  var isOfArchive: Bool { ancillaryType.map(ArchiveRecordType.all.contains) ?? false }
}
