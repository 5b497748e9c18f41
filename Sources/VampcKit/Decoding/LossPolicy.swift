import Bitstream
import Tokens

/// Rules by which decoding and repair treat frames that damage took away.
enum LossPolicy {
  /// Largest length of a missing beginning that counts as lost in any case, as a multiple of the length of the first
  /// intact block.
  private static let shortBeginningBlockCount = 2
  /// Largest factor by which entropy coding compresses the tokens of ordinary sound.
  private static let largestCompression = 2.0

  /// Whether the frames before a stream's first intact block were in this input, because they are few or the damaged
  /// bytes could have held their tokens. Otherwise the input begins in the middle of the stream, as for a listener who
  /// joined late.
  ///
  /// - Parameters:
  ///   - lost: Absolute numbers of the frames before the block.
  ///   - damage: Damage in front of the block; its bytes may have held tokens of the lost frames.
  ///   - next: First intact block of the stream.
  ///   - header: Header of the stream.
  static func wasInInput(
    _ lost: Range<Int>, _ damage: StreamDamage, next: StreamBlock, _ header: StreamHeader
  ) -> Bool {
    if lost.count <= shortBeginningBlockCount * next.frameCount { return true }
    let rateBps = header.geometry.tokenRateBps(of: header.prompt) * Double(header.codedChannelCount)
    let byteCount = Double(lost.count) / header.geometry.frameRateHz * rateBps / 8
    return byteCount > 0 && Double(damage.byteRange.count) * largestCompression >= byteCount
  }
}
