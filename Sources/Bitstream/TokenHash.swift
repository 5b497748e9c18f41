import Tokens

/// Running CRC-32 over all kept tokens of a stream (`formats/container.md`, section 4).
///
/// Each token counts as two bytes, most significant first. Frames follow one another; within a frame, codebooks; within
/// a codebook, channels. The hash therefore does not depend on how tokens are divided into blocks and compressed.
package struct TokenHash: Equatable, Sendable {
  private var checksum = Checksum()

  package init() {}

  /// Hash of all blocks so far; 0 without kept tokens.
  package var value: UInt32 { checksum.value }

  /// Adds the kept tokens of the next block.
  package mutating func update(_ block: StreamBlock) {
    let mask = block.mask
    let codebooks = mask.keptCodebooks
    guard !codebooks.isEmpty else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Self.chunkByteCount, 2 * block.keptTokenCount) + 2)
    for frame in 0..<mask.frameCount {
      for codebook in codebooks where mask.isKept(codebook: codebook, frame: frame) {
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
