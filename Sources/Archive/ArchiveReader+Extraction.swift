import Bitstream

extension ArchiveReader {
  /// Writes the stream of a recording without the archive's marks, otherwise byte for byte as in the archive, damaged
  /// bytes included.
  ///
  /// An unfinished recording is written as an excerpt of all its blocks: with a trailer, but without damaged bytes,
  /// tags and other ancillary records except silence records.
  ///
  /// - Parameters:
  ///   - recording: Recording as a `RecordingCursor`, `recording(named:)` or `unfinished()` of this reader returned it.
  ///   - write: Closure that takes the bytes of the stream in order.
  /// - Returns: Counts and damage of the stream.
  /// - Throws: `ArchiveError.indexContradicts` if another record than the recording record stands before the stream;
  ///   `BitstreamError` if the record before the stream is damaged; `ReadingBudgetError` if the stream costs more than
  ///   the standard budget; the error of reading or of `write`.
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
        decoder.skip(gap.byteRange, reason: gap.reason)
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

  /// Returns the byte range of a recording's stream, marks included, after comparing the recording record with
  /// `recording`.
  ///
  /// - Throws: `ArchiveError.indexContradicts` if no recording record stands there, if its name or start differs, or if
  ///   the record is longer than the recording; `BitstreamError` if the record is damaged; the error of reading.
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
