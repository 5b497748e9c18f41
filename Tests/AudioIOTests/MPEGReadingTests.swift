import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// MPEG audio in files and pipes. The variants are made from fixtures of 1.2 s: 52 920 samples in 47 frames of 1 152,
/// the encoder's padding included.
@Suite struct MPEGReadingTests {
  private static let sampleCount = 52_920
  private static let frameSampleCount = 1152

  private static func bytes(_ name: String = "noise-then-tone.mp3") throws -> [UInt8] {
    try [UInt8](file: TestAudio.fixture(name))
  }

  /// Returns the byte offsets of the frames of a layer 3 file at 44.1 kHz, and that of its end. The first is the info
  /// frame.
  private static func frameOffsets(_ bytes: [UInt8]) -> [Int] {
    let bitratesKbps = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    var offsets = [0]
    while offsets.last! + 4 <= bytes.count {
      let third = Int(bytes[offsets.last! + 2])
      offsets.append(offsets.last! + 144_000 * bitratesKbps[third >> 4] / 44_100 + (third >> 1) & 1)
    }
    return offsets
  }

  private static func read(_ bytes: [UInt8], stopsAtDamage: Bool = true) throws -> (AudioReader, AudioBuffer) {
    let folder = try TemporaryFolder()
    let reader = try AudioReader(path: folder.write(bytes, to: "audio"), stopsAtDamage: stopsAtDamage)
    return (reader, try reader.readAll())
  }

  private static func readPipe(_ bytes: [UInt8], stopsAtDamage: Bool = true) throws -> (AudioReader, AudioBuffer) {
    let pipe = FilledPipe(bytes: bytes)
    let reader = try AudioReader(pipe, stopsAtDamage: stopsAtDamage)
    return (reader, try reader.readAll())
  }

  /// Returns the level of a tone of a known amplitude in dB, relative to that amplitude.
  private static func level(_ samples: ArraySlice<Float>, amplitude: Float) -> Float {
    let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
    return 10 * log10(power / (amplitude * amplitude / 2))
  }

  private static func largestDifference(_ first: ArraySlice<Float>, _ second: ArraySlice<Float>) -> Float {
    guard first.count == second.count else { return .infinity }
    return zip(first, second).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func lameTagMakesTheLengthExact() throws {
    let (file, audio) = try Self.read(Self.bytes())
    #expect(file.sampleCount == Self.sampleCount)
    #expect(audio.sampleCount == Self.sampleCount)
    #expect(file.formatDescription == "MPEG-1 layer 3")
    // ffmpeg's sine has an amplitude of 1/8, here halved.
    #expect(abs(Self.level(audio.channels[0][30_000..<50_000], amplitude: 1 / 16)) < 0.1)
    try file.rewind()
    #expect(try file.readAll() == audio)
    let (pipe, piped) = try Self.readPipe(Self.bytes())
    #expect(pipe.sampleCount == nil)
    #expect(pipe.estimatedSampleCount == Self.sampleCount)
    #expect(!pipe.isSeekable)
    #expect(piped == audio)
  }

  /// Samples do not depend on how they are asked for.
  @Test func readsInChunksOfAnySize() throws {
    let audio = try Self.read(Self.bytes()).1
    let reader = try AudioReader(path: TestAudio.fixture("noise-then-tone.mp3"))
    var chunks = AudioBuffer(emptyWithChannelCount: 1, sampleRateHz: 44_100)
    for count in [1, 2, 1000, 1151, 1152, 1153, 7] + [Int](repeating: 4099, count: 20) {
      guard let chunk = try reader.read(upTo: count) else { break }
      #expect(chunk.sampleCount <= count)
      chunks.append(chunk)
    }
    #expect(chunks == audio)
  }

  /// libsndfile guesses the length from the first frames, which are the longest here.
  @Test func variableBitrateWithoutInfoFrameIsReadToTheEnd() throws {
    let bytes = try Self.bytes()
    let frames = Array(bytes[Self.frameOffsets(bytes)[1]...])
    let (file, audio) = try Self.read(frames)
    #expect(file.sampleCount == 47 * Self.frameSampleCount)
    #expect(audio.sampleCount == 47 * Self.frameSampleCount)
    #expect(abs(Self.level(audio.channels[0][30_000..<50_000], amplitude: 1 / 16)) < 0.1)
    // The padding is known only from the info frame: 576 samples of the encoder and 529 of the decoder at the start.
    let whole = try Self.read(bytes).1
    #expect(audio.slice(1105..<1105 + Self.sampleCount) == whole)
    let (pipe, piped) = try Self.readPipe(frames)
    #expect(pipe.estimatedSampleCount == nil)
    #expect(piped == audio)
  }

  @Test func joinedFilesAreReadOneAfterTheOther() throws {
    let bytes = try Self.bytes()
    let frames = Array(bytes[Self.frameOffsets(bytes)[1]...])
    let (one, other) = (try Self.read(bytes).1, try Self.read(frames).1)
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
    let cases: [(bytes: [UInt8], parts: [AudioBuffer])] = [
      (bytes + bytes, [one, one]), (bytes + tag + bytes + tag, [one, one]),
      (bytes + [UInt8](repeating: 0, count: 3000) + bytes, [one, one]), (bytes + frames, [one, other]),
      (frames + bytes, [other, one]), (bytes + bytes + bytes, [one, one, one]),
    ]
    for (index, (joined, parts)) in cases.enumerated() {
      let (file, audio) = try Self.read(joined)
      var expected = parts[0]
      for part in parts.dropFirst() { expected.append(part) }
      #expect(file.sampleCount == expected.sampleCount, "case \(index)")
      // A file without an info frame continues the decoder of the file before.
      let difference = TestAudio.largestDifference(audio, expected)
      #expect(index == 3 ? difference < 0.1 : difference == 0, "case \(index)")
      #expect(try Self.readPipe(joined).1 == audio, "case \(index)")
    }
  }

  /// A joined file of another rate ends the recording, and is named.
  @Test func joinedFileOfAnotherRateIsNotRead() throws {
    let first = try Self.bytes()
    let joined = try first + Self.bytes("noise-then-tone-22khz.mp3")
    let whole = try Self.read(first).1
    for read in [Self.read, Self.readPipe] {
      let (reader, audio) = try read(joined, false)
      #expect(audio == whole)
      #expect(reader.sampleCount == (reader.isSeekable ? Self.sampleCount : nil))
      let damage = try #require(reader.damages.first)
      #expect(reader.damages.count == 1 && damage.isCutOff && damage.samplePosition == Self.sampleCount)
      #expect(damage.reason.contains("changes from 1 channels at 44100 Hz to 1 at 22050 Hz"))
    }
    #expect {
      try Self.read(joined)
    } throws: { error in
      guard case .damaged(_, let sample, _) = error as? AudioIOError else { return false }
      return sample == Self.sampleCount
    }
  }

  /// Only the end of a pipe shows how many frames a hole took. Silence of this length stands in the hole all the same,
  /// whether bytes are missing or overwritten, and also in the second of two joined files.
  @Test(arguments: [false, true], [120, 700, 1400]) func holeInAPipeIsFilledAsInAFile(
    isOverwritten: Bool, byteCount: Int
  ) throws {
    let intact = try Self.bytes()
    var bytes = intact
    let hole = Self.frameOffsets(bytes)[22] + 40
    if isOverwritten {
      bytes.replaceSubrange(hole..<hole + byteCount, with: [UInt8](repeating: 0xA5, count: byteCount))
    } else {
      bytes.removeSubrange(hole..<hole + byteCount)
    }
    for damaged in [bytes, intact + bytes, bytes + bytes] {
      let (file, expected) = try Self.read(damaged, stopsAtDamage: false)
      let (pipe, audio) = try Self.readPipe(damaged, stopsAtDamage: false)
      #expect(expected.sampleCount == (damaged == bytes ? 1 : 2) * Self.sampleCount)
      #expect(audio == expected)
      #expect(pipe.damages == file.damages && !pipe.damages.isEmpty)
    }
  }

  @Test func streamFromTheMiddleIsRead() throws {
    let bytes = try Self.bytes()
    let offsets = Self.frameOffsets(bytes)
    let whole = try Self.read(bytes).1.channels[0]
    for cut in [offsets[3] + 100, offsets[20] + 1, offsets[20]] {
      let first = try #require(offsets.firstIndex { $0 >= cut })
      // The last byte is missing, too: a dump ends anywhere.
      for end in [bytes.count, bytes.count - 1] {
        let part = Array(bytes[cut..<end])
        let frameCount = offsets.count - 1 - first - (end == bytes.count ? 0 : 1)
        let (file, audio) = try Self.read(part)
        #expect(file.sampleCount == frameCount * Self.frameSampleCount)
        #expect(audio.sampleCount == frameCount * Self.frameSampleCount)
        // Nothing depends any more on frames that are not there, at most 511 bytes and one frame. The info frame and the
        // padding come before `whole`.
        let start = (first + 7) * Self.frameSampleCount - 1105
        let range = 8 * Self.frameSampleCount..<audio.sampleCount - Self.frameSampleCount
        let difference = Self.largestDifference(audio.channels[0][range], whole[start..<start + range.count])
        #expect(difference < 1e-5, "from byte \(cut)")
        #expect(try Self.readPipe(part).1 == audio)
      }
    }
  }

  @Test(arguments: [16, 5000, 300_000]) func zerosBeforeTheFirstFrameAreSkipped(count: Int) throws {
    let bytes = try Self.bytes()
    let padded = [UInt8](repeating: 0, count: count) + bytes
    #expect(try Self.read(padded).1 == Self.read(bytes).1)
    #expect(try Self.readPipe(padded).1 == Self.read(bytes).1)
  }

  @Test func zerosAloneAreNoAudio() throws {
    #expect(throws: AudioIOError.notAudio(file: "pipe", reason: "no MPEG audio frames")) {
      try Self.readPipe([UInt8](repeating: 0, count: 100_000))
    }
  }

  @Test func tagsBehindTheSamplesAreNoSamples() throws {
    let bytes = try Self.bytes()
    var ape = Array("APETAGEX".utf8)
    for value in [2000, 60, 1, 1 << 31 | 1 << 29, 0, 0] { ape.little(value, 4) }
    // A frame header in the tag's text.
    ape += [UInt8](repeating: 0x41, count: 14) + bytes[417..<421] + [UInt8](repeating: 0x42, count: 10)
    let whole = try Self.read(bytes).1
    for tail in [
      Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125), ape, [UInt8](repeating: 0, count: 9000),
      Array("LYRICSBEGININD0000200LYR00011words".utf8),
    ] {
      let (reader, audio) = try Self.read(bytes + tail, stopsAtDamage: false)
      #expect(audio == whole)
      #expect(reader.damages == [])
      let frames = try Self.read(Array(bytes[417...]) + tail, stopsAtDamage: false)
      #expect(frames.1.sampleCount == 47 * Self.frameSampleCount)
      #expect(frames.0.damages == [])
    }
  }

  @Test func freeFormatAndOtherLayersAreRead() throws {
    let (checked, checkedAudio) = try Self.read(Self.bytes("noise-then-tone-checksums.mp3"))
    #expect(checked.sampleCount == Self.sampleCount)
    #expect(abs(Self.level(checkedAudio.channels[0][30_000..<50_000], amplitude: 1 / 16)) < 0.1)
    // LAME takes 24 kHz for 40 kbit/s: 52 frames of 120 bytes.
    let (free, freeAudio) = try Self.read(Self.bytes("noise-then-tone-free-format.mp3"))
    #expect(free.sampleRateHz == 24_000)
    #expect(free.sampleCount == 52 * 576)
    #expect(freeAudio.sampleCount == 52 * 576)
    // LAME scales by 0.95 at this bitrate.
    #expect(abs(Self.level(freeAudio.channels[0][16_000..<27_000], amplitude: 0.95 / 16)) < 0.1)
    let (low, lowAudio) = try Self.read(Self.bytes("noise-then-tone-22khz.mp3"))
    #expect(low.formatDescription == "MPEG-2 layer 3")
    #expect(low.sampleRateHz == 22_050)
    #expect(lowAudio.sampleCount == 48 * 576)
    let (layer2, layer2Audio) = try Self.read(Self.bytes("noise.mp2"))
    #expect(layer2.formatDescription == "MPEG-1 layer 2")
    #expect(layer2Audio.sampleCount == 20 * Self.frameSampleCount)
  }

  @Test func mpegInWavIsRead() throws {
    let bytes = try Self.bytes()
    for dataByteCount in [bytes.count, 0xFFFF_FFFF] {
      var wav = [UInt8].wav(dataByteCount: dataByteCount, formatTag: 0x55, bits: 0, sampleRateHz: 44_100, data: bytes)
      if dataByteCount == bytes.count { wav += Array("LIST".utf8) + [4, 0, 0, 0] + Array("INFO".utf8) }
      #expect(try Self.read(wav).1 == Self.read(bytes).1)
      #expect(try Self.readPipe(wav).1 == Self.read(bytes).1)
    }
  }

  // MARK: Damage

  @Test func damagedHeaderLosesItsFrameAlone() throws {
    var bytes = try Self.bytes()
    let whole = try Self.read(bytes).1.channels[0]
    bytes[Self.frameOffsets(bytes)[31]] = 0
    // Frame 30 of the sound begins 1 105 samples earlier in the recording.
    let start = 30 * Self.frameSampleCount - 1105
    for read in [Self.read, Self.readPipe] {
      let (reader, audio) = try read(bytes, false)
      let samples = audio.channels[0]
      #expect(samples.count == Self.sampleCount)
      #expect(reader.damages.map(\.samplePosition) == [start])
      #expect(reader.damages.first?.sampleCount ?? 0 >= Self.frameSampleCount)
      let end = start + (reader.damages.first?.sampleCount ?? 0)
      // Further frames use bytes of the lost one: up to 511, of which a frame has 83 here.
      #expect(end - start <= 8 * Self.frameSampleCount)
      #expect(samples[..<start] == whole[..<start])
      #expect(samples[start..<end].allSatisfy { $0 == 0 })
      // libmpg123 adds up in another order after a new beginning.
      let behind = end + 2 * Self.frameSampleCount
      #expect(Self.largestDifference(samples[behind...], whole[behind...]) < 1e-5)
    }
    #expect {
      try Self.read(bytes)
    } throws: { error in
      guard case .damaged(_, start, _) = error as? AudioIOError else { return false }
      return true
    }
  }

  /// The number of frames in the info frame says how many are missing. The holes are no multiples of 104 bytes, the size
  /// of the frames there: such a hole cannot be seen.
  @Test(arguments: [50, 150, 700, 1400]) func holeIsFilledToTheStatedLength(byteCount: Int) throws {
    var bytes = try Self.bytes()
    let whole = try Self.read(bytes).1.channels[0]
    let hole = Self.frameOffsets(bytes)[22] + 40
    bytes.removeSubrange(hole..<hole + byteCount)
    let (reader, audio) = try Self.read(bytes, stopsAtDamage: false)
    #expect(reader.sampleCount == Self.sampleCount)
    #expect(audio.sampleCount == Self.sampleCount)
    let damage = try #require(reader.damages.first)
    #expect(reader.damages.count == 1)
    // The beginning of the frame with the hole may belong to a frame of the right length.
    let start = 21 * Self.frameSampleCount - 1105
    #expect([start, start + Self.frameSampleCount].contains(damage.samplePosition))
    let end = damage.samplePosition + (damage.sampleCount ?? 0) + 2 * Self.frameSampleCount
    try #require(end < Self.sampleCount)
    #expect(Self.largestDifference(audio.channels[0][end...], whole[end...]) < 1e-5)
  }

  @Test func wrongChecksumIsDamage() throws {
    var bytes = try Self.bytes("noise-then-tone-checksums.mp3")
    bytes[Self.frameOffsets(bytes)[31] + 12] ^= 0x04
    let (reader, audio) = try Self.read(bytes, stopsAtDamage: false)
    #expect(audio.sampleCount == Self.sampleCount)
    #expect(reader.damages.map(\.samplePosition) == [30 * Self.frameSampleCount - 1105])
    #expect(reader.damages.first?.reason.contains("checksum") == true)
  }

  @Test func cutFileTellsWhatIsMissing() throws {
    let bytes = try Self.bytes()
    let cut = Array(bytes[..<(Self.frameOffsets(bytes)[31] + 10)])
    let (reader, audio) = try Self.read(cut, stopsAtDamage: false)
    let there = 30 * Self.frameSampleCount - 1105
    #expect(audio.sampleCount == there)
    #expect(reader.damages.map(\.sampleCount) == [Self.sampleCount - there])
    #expect(reader.damages.first?.isCutOff == true)
  }

  /// Frames and headers that state too much are refused or read in bounded memory, without a trap.
  @Test func brokenStreamsNeverTrap() throws {
    let bytes = try Self.bytes()
    let folder = try TemporaryFolder()
    for index in 0..<500 {
      for value: UInt8 in [0x00, 0xFF, bytes[index] ^ 0x80] {
        var broken = bytes
        broken[index] = value
        let reader = try? AudioReader(path: folder.write(broken, to: "broken"), stopsAtDamage: false)
        // A wrong number of frames may ask for silence without end.
        for _ in 0..<3 { _ = try? reader?.read(upTo: 65_536) }
      }
    }
    let hugeTag = Array("ID3".utf8) + [3, 0, 0, 0x7F, 0x7F, 0x7F, 0x7F] + bytes
    #expect(throws: AudioIOError.self) { try Self.read(hugeTag) }
  }
}
