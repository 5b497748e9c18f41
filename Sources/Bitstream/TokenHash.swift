import Tokens

/// CRC-32 of all tokens of a stream, frame after frame, within a frame codebook after codebook, within a codebook
/// channel after channel, each as two bytes, big-endian.
///
/// Thus it depends on the tokens alone, not on how they were cut into blocks and compressed.
package struct TokenHash: Equatable, Sendable {
  private var checksum = Checksum()

  package init() {}

  package var value: UInt32 { checksum.value }

  package mutating func update(_ block: StreamBlock) {
    let mask = block.mask
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Self.chunkByteCount, 2 * block.keptTokenCount) + 2)
    for frame in 0..<mask.frameCount {
      for codebook in 0..<mask.codebookCount where !mask[codebook, frame] {
        for grid in block.grids {
          let token = grid.tokens[codebook * grid.frameCount + frame]
          bytes.append(UInt8(token >> 8))
          bytes.append(UInt8(token & 0xFF))
          if bytes.count >= Self.chunkByteCount {
            checksum.update(bytes)
            bytes.removeAll(keepingCapacity: true)
          }
        }
      }
    }
    checksum.update(bytes)
  }

  private static let chunkByteCount = 1 << 16
}
