package import Tokens

/// CRC-32 of all tokens of a stream, frame after frame, within a frame codebook after codebook, within a codebook
/// channel after channel, each as two bytes, big-endian.
///
/// Thus it depends on the tokens alone, not on how they were cut into blocks and compressed.
package struct TokenHash: Equatable, Sendable {
  private var checksum = Checksum()

  package init() {}

  package var value: UInt32 { checksum.value }

  /// - Precondition: all grids have one shape.
  package mutating func update(_ grids: [TokenGrid]) {
    guard let shape = grids.first else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Self.chunkByteCount, 2 * shape.tokens.count * grids.count) + 2)
    for frame in 0..<shape.frameCount {
      for codebook in 0..<shape.codebookCount {
        for grid in grids {
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
