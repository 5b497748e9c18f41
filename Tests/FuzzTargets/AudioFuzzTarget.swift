import AudioIO
import Foundation
import Signal

extension FuzzTarget {
  /// Readers of WAV, W64 and AU, as files and as pipes.
  ///
  /// Bits 0 and 1 of the input's first byte choose the beginning of the file, which mutations hardly keep: WAV, W64, AU,
  /// or none. With bit 2 set, reading stops at damage. The rest is the file behind that beginning.
  public static let audio = FuzzTarget(name: "audio") { input in
    guard let mode = input.first else { return }
    let bytes = beginnings[Int(mode & 3)] + input.dropFirst()
    let stopsAtDamage = mode & 4 == 4
    let folder = try FuzzFolder()
    let path = try folder.write(bytes)
    try read(byteCount: bytes.count) { try AudioReader(path: path, stopsAtDamage: stopsAtDamage) }
    let nothing = open("/dev/null", O_RDONLY)
    defer { close(nothing) }
    try read(byteCount: bytes.count) {
      try AudioReader(
        descriptor: nothing, name: "pipe", alreadyRead: bytes, temporaryFolder: folder.path,
        stopsAtDamage: stopsAtDamage)
    }
  }

  private static let beginnings: [[UInt8]] = [
    Array("RIFF".utf8),
    Array("riff".utf8) + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0],
    Array(".snd".utf8),
    [],
  ]

  /// Largest number of values that are read; silence in place of lost samples may be a day long.
  private static let valueLimit = 1 << 18
  /// Values of one byte: the smallest codings that libsndfile reads have 16 values in 2 bytes, MPEG frames more.
  private static let valuesPerByte = 256

  private static func read(byteCount: Int, _ open: () throws -> AudioReader) throws {
    do {
      let reader = try open()
      try require(reader.channelCount > 0 && reader.sampleRateHz > 0, "no channels, or no rate")
      var valueCount = 0
      while valueCount < valueLimit, let chunk = try reader.read(upTo: 4_096) {
        try require(chunk.channelCount == reader.channelCount, "\(chunk.channelCount) channels of a chunk")
        try require(chunk.channels.allSatisfy { $0.allSatisfy(\.isFinite) }, "a sample that is not finite")
        valueCount += chunk.sampleCount * chunk.channelCount
        try require(chunk.sampleCount > 0, "an empty chunk")
      }
      guard reader.damages.isEmpty else { return }
      try require(valueCount <= valuesPerByte * byteCount, "\(valueCount) values in \(byteCount) bytes")
    } catch is AudioIOError {}
  }
}
