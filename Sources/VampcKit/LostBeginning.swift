import Bitstream
import Tokens

/// Tells frames that are lost from those that a listener who joined in the middle has never had.
enum LostBeginning {
  /// A beginning of as many blocks is lost, not absent, whatever the bytes before say.
  private static let blockCount = 2
  /// So much is what tokens take in bytes at most shrunk by entropy coding, for ordinary sound.
  private static let largestCompression = 2.0

  /// Whether the frames before a stream's first intact block, `next`, were in this input.
  static func wasHere(
    _ lost: Range<Int>, _ damage: StreamDamage, _ next: StreamBlock, _ header: StreamHeader
  ) -> Bool {
    if lost.count <= blockCount * next.frameCount { return true }
    let rateBps = header.geometry.tokenRateBps(of: header.prompt) * Double(header.codedChannelCount)
    let byteCount = Double(lost.count) / header.geometry.frameRateHz * rateBps / 8
    return byteCount > 0 && Double(damage.byteRange.count) * largestCompression >= byteCount
  }
}
