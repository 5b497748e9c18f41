import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// WAV files whose headers are wrong, and what stands around the samples.
@Suite struct WavReadingTests {
  /// Returns 16-bit samples 1, 2, 3 … and their bytes.
  private static func ramp(_ count: Int) -> (samples: [Float], bytes: [UInt8]) {
    var bytes: [UInt8] = []
    for value in 1...count { bytes.little(value, 2) }
    return ((1...count).map { Float($0) / 32_768 }, bytes)
  }

  private static func read(_ bytes: [UInt8]) throws -> (AudioReader, AudioBuffer) {
    let folder = try TemporaryFolder()
    let reader = try AudioReader(path: folder.write(bytes, to: "a.wav"))
    return (reader, try reader.readAll())
  }

  /// A recorder that stopped writes no last header: samples follow where the header says that they end.
  @Test(arguments: [("RIFF", 36 + 200), ("RIFF", 0), ("RF64", 0xFFFF_FFFF)])
  func unfinishedHeaderIsReadToTheEndOfTheFile(form: String, riffByteCount: Int) throws {
    let (samples, bytes) = Self.ramp(5000)
    var wav = [UInt8].wav(form: form, riffByteCount: riffByteCount, dataByteCount: 200, data: bytes)
    if form == "RF64" {
      wav = .wav(form: form, data: bytes)
      wav.insert(
        contentsOf: Array("ds64".utf8) + [28, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [200]
          + [UInt8](repeating: 0, count: 19), at: 12)
    }
    let (reader, audio) = try Self.read(wav)
    #expect(reader.sampleCount == 5000)
    #expect(audio.channels == [samples])
    #expect(reader.unreadByteCount == 0)
    guard form == "RIFF" else { return }
    let pipe = FilledPipe(bytes: wav)
    #expect(try AudioReader(pipe).readAll() == audio)
  }

  /// Sizes of 32 bits overflow at 4 GiB. The files are sparse.
  @Test(arguments: [0, 36]) func sizesModulo4GiBAreUnderstood(trailingByteCount: Int) throws {
    let folder = try TemporaryFolder()
    let (samples, bytes) = Self.ramp(5)
    // 44 bytes of header, then 4 GiB and 16 bytes of samples: the header states 16.
    let dataByteCount = 1 << 32 + 16
    let header = [UInt8].wav(
      riffByteCount: 36 + 16 + trailingByteCount, dataByteCount: 16, channelCount: 2, sampleRateHz: 192_000, data: [])
    var list = Array("LIST".utf8)
    list.little(28, 4)
    list += Array("INFOINAM".utf8) + [16, 0, 0, 0] + Array("quite a long one".utf8)
    let path = try folder.write(header + bytes, to: "long.wav")
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(header.count + dataByteCount))
    if trailingByteCount > 0 {
      try file.seekToEnd()
      try file.write(contentsOf: list)
    }
    try file.close()
    let reader = try AudioReader(path: path)
    #expect(reader.sampleCount == 1 << 30 + 4)
    #expect(reader.tags == (trailingByteCount > 0 ? [AudioTag(name: "TITLE", value: "quite a long one")] : []))
    #expect(reader.unreadByteCount == 0)
    #expect(try reader.read(upTo: 2)?.channels == [[samples[0], samples[2]], [samples[1], samples[3]]])
  }

  @Test func chunksBehindTheSamplesAreNoSamples() throws {
    let (samples, bytes) = Self.ramp(100)
    // A size that programs write as a placeholder can be right, and an unknown chunk that ends with the file is one.
    for name in ["LIST", "bext", "what"] {
      let wav = [UInt8].wav(riffByteCount: 0, dataByteCount: 200, data: bytes)
      let (reader, audio) = try Self.read(wav + Array(name.utf8) + [4, 0, 0, 0, 1, 2, 3, 4])
      #expect(audio.channels == [samples])
      #expect(reader.unreadByteCount == 0)
    }
  }

  @Test func bytesThatAreNoSamplesAreCounted() throws {
    let (samples, bytes) = Self.ramp(100)
    let wav = [UInt8].wav(riffByteCount: 236, dataByteCount: 200, data: bytes)
    let zeros = [UInt8](repeating: 0, count: 20_000_000)
    for (tail, count) in [(zeros, zeros.count), (wav, wav.count)] {
      let (reader, audio) = try Self.read(wav + tail)
      #expect(audio.channels == [samples])
      #expect(reader.unreadByteCount == count)
    }
    // It took two seconds to search the zeros for chunks.
    let folder = try TemporaryFolder()
    let path = try folder.write(wav + zeros, to: "a.wav")
    #expect(try ContinuousClock().measure { _ = try AudioReader(path: path) } < .seconds(1))
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
    #expect(try Self.read(wav + tag).0.unreadByteCount == 0)
  }

  /// arecord writes `S24_LE` with 24 bits in the low bytes of four.
  @Test func alignmentOf24BitsInFourBytesIsFound() throws {
    var low: [UInt8] = []
    var high: [UInt8] = []
    for value in [1 << 22, -(1 << 21), 3, -3] {
      low.little(value, 4)
      high.little(value << 8, 4)
    }
    func wav(_ data: [UInt8], bits: Int) -> [UInt8] {
      var wav = [UInt8].wav(riffByteCount: 36 + data.count, dataByteCount: data.count, bits: 32, data: data)
      wav[34] = UInt8(bits)
      return wav
    }
    let expected: [Float] = [0.5, -0.25, 3 / 0x1p23, -3 / 0x1p23]
    let (reader, audio) = try Self.read(wav(low, bits: 24))
    #expect(reader.formatDescription == "WAV, s24in32le")
    #expect(audio.channels == [expected])
    #expect(try Self.read(wav(high, bits: 24)).1.channels == [expected])
    #expect(try Self.read(wav(high, bits: 32)).1.channels == [expected])
    let pipe = FilledPipe(bytes: wav(low, bits: 24))
    #expect(try AudioReader(pipe).readAll() == audio)
  }

  /// Bytes of samples in containers of 4, with a lead of zeros.
  private static func contained(
    _ samples: [Float], bits: Int, isLow: Bool, mask: Int = -1, leadCount: Int = 0
  ) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: 4 * leadCount)
    for sample in samples {
      let value = Int(sample * 32_768) << (bits - 16)
      data.little(isLow ? value & mask : value << (32 - bits), 4)
    }
    var wav = [UInt8].wav(riffByteCount: 36 + data.count, dataByteCount: data.count, bits: 32, data: data)
    wav[34] = UInt8(bits)
    return wav
  }

  /// Values of 20 and 24 bits in the low and the high bits of 4 bytes, with and without the sign above them.
  @Test(arguments: [
    (24, true, -1, 0), (24, true, 0xFF_FFFF, 0), (24, false, -1, 0), (24, false, -1, 30_000), (20, true, -1, 0),
    (20, true, 0xF_FFFF, 0), (20, false, -1, 0), (18, true, -1, 100_000), (18, false, -1, 100_000),
  ])
  func samplesShorterThanTheirContainersAreFound(bits: Int, isLow: Bool, mask: Int, leadCount: Int) throws {
    let tone = TestAudio.tones(sampleRateHz: 8000, count: 20_000).channels[0].map { ($0 * 32_768).rounded() / 32_768 }
    let wav = Self.contained(tone, bits: bits, isLow: isLow, mask: mask, leadCount: leadCount)
    let expected = [Float](repeating: 0, count: leadCount) + tone
    let (reader, audio) = try Self.read(wav)
    #expect(reader.sampleCount == expected.count)
    #expect(audio.channels == [expected])
    let pipe = FilledPipe(bytes: wav)
    #expect(try AudioReader(pipe).readAll() == audio)
  }

  /// A quiet beginning does not show the place; the rest of a file does.
  @Test func quietBeginningDecidesNothing() throws {
    let loud = TestAudio.tones(sampleRateHz: 8000, count: 2000).channels[0].map { ($0 * 32_768).rounded() / 32_768 }
    let quiet = (0..<50_000).map { Float($0 % 5 - 2) / 32_768 }
    #expect(try Self.read(Self.contained(quiet + loud, bits: 24, isLow: false)).1.channels == [quiet + loud])
  }

  @Test(arguments: [(24, 5), (32, 2), (20, 2), (16, 7)]) func contradictionOfSizesIsAnError(bits: Int, bytes: Int)
    throws
  {
    var wav = [UInt8].wav(riffByteCount: 36 + 700, dataByteCount: 700, data: [UInt8](repeating: 1, count: 700))
    wav[34] = UInt8(bits)
    wav[32] = UInt8(bytes)
    #expect {
      try Self.read(wav)
    } throws: {
      "\($0)".contains(": its format chunk contradicts itself: \(bits) bits per sample, but \(bytes) bytes for 1 c")
    }
  }
}
