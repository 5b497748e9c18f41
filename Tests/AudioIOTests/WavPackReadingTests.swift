import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// Damaged WavPack files, whose intact blocks a program decodes. A script stands for the program: it keeps the file that
/// it is given, and writes one sample for each of the file's samples.
@Suite struct WavPackReadingTests {
  private static let blockSampleCount = 10
  private static let sampleCount = 50

  /// Returns a block. Its payload has no meaning.
  private static func block(
    at firstSample: Int, isChecked: Bool = true, flags: Int = 0x1800, total: Int = sampleCount
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    let payload = (0..<64).map { UInt8((firstSample + $0 * 7) & 0x7F) }
    bytes += Array("wvpk".utf8)
    bytes.little(24 + payload.count + (isChecked ? 6 : 0), 4)
    bytes.little(0x410, 2)
    bytes += [UInt8(firstSample >> 32), 0]
    for value in [total, firstSample & 0xFFFF_FFFF, blockSampleCount, flags | (isChecked ? 0x1000_0000 : 0), 0] {
      bytes.little(value, 4)
    }
    bytes += payload
    guard isChecked else { return bytes }
    // "WavPack 4 & 5 Binary File / Block Format", section 3: 16-bit words, little-endian.
    var sum: UInt32 = .max
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum = sum &* 3 &+ UInt32(bytes[index]) &+ UInt32(bytes[index + 1]) << 8
    }
    bytes += [0x2F, 2]
    bytes.little(Int(sum), 4)
    return bytes
  }

  private static func file(isChecked: Bool = true) -> [[UInt8]] {
    (0..<5).map { block(at: $0 * blockSampleCount, isChecked: isChecked) }
  }

  private static func reader(
    _ bytes: [UInt8], stopsAtDamage: Bool = false
  ) throws -> (folder: TemporaryFolder, reader: AudioReader) {
    let folder = try TemporaryFolder()
    let wav = [UInt8].wav(data: (0..<Self.sampleCount).flatMap { _ in [0, 64] as [UInt8] })
    try folder.write(wav, to: "sound.wav")
    let blockByteCount = block(at: 0).count
    let script = """
      #!/bin/sh
      f=$(dirname "$0")
      case "$*" in *ffmetadata*) exit;; esac
      cat /proc/self/fd/3 >"$f/given"
      head -c $((44 + 2 * \(blockSampleCount) * ($(wc -c <"$f/given") / \(blockByteCount)))) "$f/sound.wav"
      """
    let program = try folder.write(script.utf8, to: "ffmpeg")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let path = try folder.write(bytes, to: "a.wv")
    return (folder, try AudioReader(path: path, stopsAtDamage: stopsAtDamage, ffmpegPath: program))
  }

  private static func given(_ folder: TemporaryFolder) throws -> [UInt8] { try [UInt8](file: folder.file("given")) }

  @Test func intactFilesAreGivenUnchanged() throws {
    for isChecked in [true, false] {
      let bytes =
        Self.file(isChecked: isChecked).flatMap { $0 } + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
      let (folder, reader) = try Self.reader(bytes)
      #expect(try Self.given(folder) == bytes)
      #expect(reader.damages.isEmpty)
    }
  }

  /// Bytes that are overwritten, and bytes that are missing, in the header and behind it.
  @Test(arguments: [0, 3, 20, 40, 85]) func lostBlocksAreSilent(place: Int) throws {
    var overwritten = Self.file()
    overwritten[2][place] ^= 0x55
    var missing = Self.file()
    missing[2].removeSubrange(place..<place + 12)
    for (bytes, isOneBlock) in [(overwritten, true), (missing, true), (missing, false)] {
      var blocks = bytes
      if !isOneBlock { blocks[3].removeAll() }
      let (folder, reader) = try Self.reader(blocks.flatMap { $0 })
      #expect(reader.estimatedSampleCount == Self.sampleCount)
      let lost = 20..<(isOneBlock ? 30 : 40)
      for pass in 0..<2 {
        if pass == 1 { try reader.rewind() }
        let samples = try reader.readAll().channels[0]
        #expect(samples == (0..<Self.sampleCount).map { lost.contains($0) ? 0 : 0.5 }, "\(place)")
        #expect(reader.damages.map(\.samplePosition) == [lost.lowerBound])
        #expect(reader.damages.first?.sampleCount == lost.count)
        #expect(reader.damages.first?.isCutOff == false)
        #expect(reader.damages.first?.reason.contains("are no intact WavPack block") == true)
      }
      // The program gets the intact blocks, one right after the other.
      let given = try Self.given(folder)
      let size = Self.block(at: 0).count
      #expect(given.count == (isOneBlock ? 4 : 3) * size)
      let firstSamples = stride(from: 16, to: given.count, by: size).map { Int(given[$0]) }
      #expect(firstSamples == Array([0, 10, 20, 30].prefix(given.count / size)))
      let (_, strict) = try Self.reader(blocks.flatMap { $0 }, stopsAtDamage: true)
      #expect {
        try strict.readAll()
      } throws: { error in
        guard case .damaged(_, lost.lowerBound, _) = error as? AudioIOError else { return false }
        return true
      }
    }
  }

  /// A file that begins with a damaged block has the silence at its beginning.
  @Test func damagedBeginningIsSilent() throws {
    var blocks = Self.file()
    blocks[0][0] = 0
    let (folder, reader) = try Self.reader(blocks.flatMap { $0 })
    defer { withExtendedLifetime(folder) {} }
    #expect(try reader.readAll().channels[0] == (0..<Self.sampleCount).map { $0 < 10 ? 0 : 0.5 })
  }

  /// Whole blocks that are missing leave no damaged bytes, only a gap in the numbers of samples.
  @Test func missingEndIsCounted() throws {
    var blocks = Self.file()
    blocks[4].removeLast(30)
    let (folder, reader) = try Self.reader(blocks.flatMap { $0 })
    defer { withExtendedLifetime(folder) {} }
    #expect(try reader.readAll().sampleCount == 40)
    let damage = try #require(reader.damages.first)
    #expect(damage.isCutOff && damage.samplePosition == 40 && damage.sampleCount == 10)
  }

  /// Without checksums, as before WavPack 5, a block counts as intact if another one follows.
  @Test func blocksWithoutChecksumsAreFollowed() throws {
    var blocks = Self.file(isChecked: false)
    blocks[2].removeSubrange(60..<72)
    let (folder, reader) = try Self.reader(blocks.flatMap { $0 })
    #expect(try Self.given(folder) == (blocks[0] + blocks[1] + Self.moved(blocks[3], 20) + Self.moved(blocks[4], 30)))
    _ = reader
  }

  /// All blocks of the same samples go with one that is damaged: a program reads channels of one number.
  @Test func blocksOfOtherChannelsGoToo() throws {
    let flags = [0x800, 0x1000]
    var blocks = (0..<6).map { Self.block(at: $0 / 2 * Self.blockSampleCount, flags: flags[$0 % 2]) }
    blocks[3][50] ^= 1
    let (folder, reader) = try Self.reader(blocks.flatMap { $0 })
    #expect(try Self.given(folder).count == 4 * blocks[0].count)
    _ = reader
  }

  private static func moved(_ block: [UInt8], _ firstSample: UInt8) -> [UInt8] {
    var block = block
    block[16] = firstSample
    return block
  }
}
