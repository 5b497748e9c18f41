import SystemCalls

/// Copy of a damaged WavPack file that holds its intact blocks one right after the other. Programs end at damage.
struct WavPackRepair {
  /// Samples that are lost.
  struct Hole: Equatable {
    /// Numbers of the samples per channel in the recording.
    let samples: Range<Int>
    /// Lower-case phrase that says what is damaged.
    let reason: String
  }

  /// Nameless copy, which programs read without damage.
  let file: OpenFile
  /// Lost samples in front of intact blocks, in order.
  private(set) var holes: [Hole] = []
  /// Number of samples per channel that the recording is to have; `nil` if not stated.
  private(set) var statedSampleCount: Int?

  /// Largest number of holes that are filled.
  private static let largestHoleCount = 65_536

  /// Returns the copy of a file; `nil` for an intact one.
  init?(_ descriptor: OpenFile, temporaryFolder: String) throws(SystemFailure) {
    guard try Self.isDamaged(descriptor) else { return nil }
    file = try OpenFile(temporaryIn: temporaryFolder)
    let stream = ByteStream(descriptor)
    try stream.seek(to: 0)
    let scanner = WavPackScanner(stream)
    var end = 0
    var copiedSampleCount = 0
    var damagedBytes: Range<Int>?
    var channels = ChannelBlocks()
    while let item = try scanner.next() {
      switch item {
      case .damage(let byteRange):
        damagedBytes = (damagedBytes?.lowerBound ?? byteRange.lowerBound)..<byteRange.upperBound
        channels = ChannelBlocks()
      case .block(let block, let bytes):
        statedSampleCount = statedSampleCount ?? block.statedSampleCount
        guard let whole = channels.add(block, bytes) else { continue }
        if block.firstSample > end, holes.count < Self.largestHoleCount {
          holes.append(Hole(samples: end..<block.firstSample, reason: Self.reason(damagedBytes, stream.position)))
          end = block.firstSample
        }
        damagedBytes = nil
        for (block, bytes) in whole { try file.write(block.moved(bytes, to: copiedSampleCount)) }
        copiedSampleCount += block.sampleCount
        end += block.sampleCount
      }
    }
  }

  private static func isDamaged(_ descriptor: OpenFile) throws(SystemFailure) -> Bool {
    let stream = ByteStream(descriptor)
    try stream.seek(to: 0)
    let scanner = WavPackScanner(stream)
    while let item = try scanner.next() {
      if case .damage = item { return true }
    }
    return false
  }

  private static func reason(_ damagedBytes: Range<Int>?, _ position: Int) -> String {
    guard let damagedBytes else { return "WavPack blocks are missing before byte \(position)" }
    return "bytes \(damagedBytes.lowerBound) to \(damagedBytes.upperBound - 1) are no intact WavPack block"
  }

  /// Collector of the blocks that hold the channels of the same samples.
  private struct ChannelBlocks {
    private var blocks: [(block: WavPackBlock, bytes: [UInt8])] = []

    /// Adds the next intact block. Returns the collected blocks if it is the last of them.
    mutating func add(_ block: WavPackBlock, _ bytes: [UInt8]) -> [(block: WavPackBlock, bytes: [UInt8])]? {
      guard block.sampleCount > 0 else { return nil }
      if block.isFirstOfChannels { blocks = [] }
      let follows = blocks.last.map { $0.block.firstSample == block.firstSample && !$0.block.isLastOfChannels }
      guard follows ?? block.isFirstOfChannels else { return nil }
      blocks.append((block, bytes))
      guard block.isLastOfChannels else { return nil }
      defer { blocks = [] }
      return blocks
    }
  }
}
