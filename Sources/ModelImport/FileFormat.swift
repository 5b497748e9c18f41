/// Format of a checkpoint file, recognised by its content: at most the first 512 bytes.
enum FileFormat: Equatable {
  case zip
  case safetensors
  case legacyPyTorch
  case pickle
  case tar

  /// First bytes of a checkpoint from before PyTorch 1.6: a pickle of protocol 2 with the number
  /// 0x1950a86a20f9469cfc6c (`torch/serialization.py`, `MAGIC_NUMBER`).
  private static let legacyMagic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]
  private static let tarMagicOffset = 257

  /// Format of the file that begins with `head`; nil if no format is recognised.
  ///
  /// - Parameter head: First 512 bytes of the file, or all bytes of a shorter file.
  init?(head: [UInt8]) {
    if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) || head.starts(with: [0x50, 0x4b, 0x05, 0x06]) {
      self = .zip
    } else if head.starts(with: Self.legacyMagic) {
      self = .legacyPyTorch
    } else if head.count > 8, head[8] == UInt8(ascii: "{") {
      self = .safetensors
    } else if head.count >= 2, head[0] == 0x80, (2...5).contains(head[1]) {
      self = .pickle
    } else if head.dropFirst(Self.tarMagicOffset).starts(with: "ustar".utf8) {
      self = .tar
    } else {
      return nil
    }
  }
}
