/// Reader of the fields of silent runs, run by run.
struct SilentRunReader {
  private(set) var runs: [Range<Int>] = []

  /// Reads the next run.
  ///
  /// - Returns: Whether the fields keep all rules.
  mutating func read(from reader: inout ByteReader) -> Bool {
    let end = runs.last?.upperBound ?? 0
    let room = StreamLimits.sampleCount - end
    guard room > 0, let distance = try? reader.varint("distance", in: (runs.isEmpty ? 0 : 1)...room),
      room > distance, let count = try? reader.varint("silent samples", in: 1...(room - distance))
    else { return false }
    runs.append(end + distance..<end + distance + count)
    return true
  }
}

extension ByteWriter {
  /// Appends the fields of silent runs.
  ///
  /// - Throws: `BitstreamError.unencodable` where the runs are not in order and apart within the samples of a block.
  mutating func append(_ runs: [Range<Int>], within samples: Range<Int>) throws {
    var end = 0
    for (index, run) in runs.enumerated() {
      let first = index == 0 ? samples.lowerBound : end + 1
      try requireEncodable("first silent sample", run.lowerBound, first...max(first, samples.upperBound - 1))
      try requireEncodable("silent samples", run.count, 1...max(1, samples.upperBound - run.lowerBound))
      varint(run.lowerBound - end)
      varint(run.count)
      end = run.upperBound
    }
  }
}
