import SystemCalls

/// Division of a WavPack file into intact blocks and other bytes, in constant memory.
struct WavPackScanner {
  /// Part of a file.
  enum Item {
    case block(WavPackBlock, bytes: [UInt8])
    /// Bytes that are neither intact blocks nor tags.
    case damage(byteRange: Range<Int>)
  }

  private let stream: ByteStream

  /// Number of bytes that are searched at once for the next block.
  private static let searchByteCount = 16_384

  init(_ stream: ByteStream) { self.stream = stream }

  /// Returns the next part; `nil` at the end.
  func next() throws(SystemFailure) -> Item? {
    var damagedByteCount = 0
    while true {
      let start = try stream.peek(WavPackBlock.headerByteCount)
      if start.isEmpty { break }
      if let block = try intactBlock() {
        if damagedByteCount > 0 { break }
        return .block(block, bytes: try stream.read(block.byteCount))
      }
      if damagedByteCount == 0, let tag = MPEGTag(start) {
        _ = try tag.read(from: stream)
        continue
      }
      damagedByteCount += try stream.skip(1)
      damagedByteCount += try stream.skip(distanceToBlock())
    }
    let end = stream.position
    return damagedByteCount == 0 ? nil : .damage(byteRange: end - damagedByteCount..<end)
  }

  /// Returns the block that comes next, if all of its bytes are intact as far as they tell.
  private func intactBlock() throws(SystemFailure) -> WavPackBlock? {
    guard let block = WavPackBlock(Array(try stream.peek(WavPackBlock.headerByteCount))) else { return nil }
    let bytes = try stream.peek(block.byteCount + WavPackBlock.headerByteCount)
    guard bytes.count >= block.byteCount else { return nil }
    if let isRight = block.hasRightChecksum(Array(bytes.prefix(block.byteCount))) { return isRight ? block : nil }
    let follower = bytes.dropFirst(block.byteCount)
    let isFollowed = follower.isEmpty || follower.starts(with: WavPackBlock.firstBytes) || MPEGTag(follower) != nil
    return isFollowed ? block : nil
  }

  /// Returns the number of bytes before the next ones with which a block may begin.
  private func distanceToBlock() throws(SystemFailure) -> Int {
    let bytes = try stream.peek(Self.searchByteCount)
    var rest = bytes
    while let place = rest.firstIndex(of: WavPackBlock.firstBytes[0]) {
      rest = rest[place...]
      if rest.prefix(4).elementsEqual(WavPackBlock.firstBytes.prefix(rest.count)) { return place - bytes.startIndex }
      rest = rest.dropFirst()
    }
    return bytes.count
  }
}
