import AudioIO
import Foundation
import Signal
import Synchronization
import TestSupport
import Testing

@Suite struct PipeReadingTests {
  /// Sizes that programs write when they cannot seek: ffmpeg, sox, arecord, and headers with zeros.
  @Test(arguments: [
    (0xFFFF_FFFF, 0xFFFF_FFFF), (0x7FFF_F048, 0x7FFF_F000), (0x8000_0024, 0x8000_0000), (0x7FFF_FF24, 0x7FFF_FF00),
    (0, 0), (36, 0),
  ])
  func unknownSizesAreReadToTheEnd(sizes: (Int, Int)) throws {
    var data: [UInt8] = []
    for value in 0..<5000 { data.little(value * 6, 2) }
    let bytes = [UInt8].wav(riffByteCount: sizes.0, dataByteCount: sizes.1, data: data)
    let pipe = FilledPipe(bytes: bytes)
    let reader = try AudioReader(pipe)
    #expect(reader.sampleCount == nil)
    #expect(!reader.isSeekable)
    let audio = try reader.readAll()
    #expect(audio.channels[0] == (0..<5000).map { Float($0 * 6) / 32_768 })
    #expect(throws: AudioIOError.notSeekable(file: "pipe")) { try reader.rewind() }
    // In a file the same bytes have a known length.
    let folder = try TemporaryFolder()
    let file = try AudioReader(path: folder.write(bytes, to: "piped.wav"))
    #expect(file.sampleCount == 5000)
    #expect(try file.readAll() == audio)
  }

  @Test func statedSizesAreKept() throws {
    var bytes = [UInt8].wav(riffByteCount: 36 + 6 + 12, dataByteCount: 6, data: [1, 0, 2, 0, 3, 0])
    bytes.text("junk")
    bytes.little(4, 4)
    bytes += [9, 9, 9, 9]
    let pipe = FilledPipe(bytes: bytes)
    let reader = try AudioReader(pipe)
    #expect(reader.sampleCount == nil)
    #expect(reader.estimatedSampleCount == 3)
    #expect(try reader.readAll().channels[0] == [1, 2, 3].map { Float($0) / 32_768 })
    let short = FilledPipe(bytes: .wav(riffByteCount: 100, dataByteCount: 64, data: [1, 0, 2, 0, 3]))
    let shortReader = try AudioReader(short)
    #expect(throws: AudioIOError.truncated(file: "pipe", atSample: 2, expectedSampleCount: 32)) {
      try shortReader.readAll()
    }
  }

  /// Zeros behind the stated samples are samples only where others follow them, as in a file.
  @Test(arguments: [20, 300_001]) func zerosToTheEndOfAPipeAreNoSamples(zeroCount: Int) throws {
    let data: [UInt8] = [1, 0, 2, 0, 3, 0]
    let wav = [UInt8].wav(riffByteCount: 36 + 6, dataByteCount: 6, data: data)
    let zeros = [UInt8](repeating: 0, count: zeroCount)
    let ending = FilledPipe(bytes: wav + zeros)
    let reader = try AudioReader(ending)
    #expect(try reader.readAll().channels == [[1, 2, 3].map { Float($0) / 32_768 }])
    #expect(reader.unreadByteCount == zeroCount)

    let more = wav + zeros.dropLast(zeroCount % 2) + data
    let going = FilledPipe(bytes: more)
    let audio = try AudioReader(going).readAll()
    #expect(audio.sampleCount == 6 + zeroCount / 2)
    #expect(audio.channels[0].suffix(3) == [1, 2, 3].map { Float($0) / 32_768 })
    let folder = try TemporaryFolder()
    #expect(try AudioReader(path: folder.write(more, to: "a.wav")).readAll() == audio)
  }

  /// A recording that is ended before its header is complete has no sound.
  @Test func stopWithinTheHeaderLeavesNothing() throws {
    let start = Mutex(Data([UInt8].wav(data: []).prefix(30)))
    let pipe = FilledPipe {
      let data = start.withLock { data in
        defer { data = Data() }
        return data
      }
      // The pipe stays open.
      if data.isEmpty { Thread.sleep(forTimeInterval: 3) }
      return data
    }
    let stop = try RecordingStop()
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.2)
      stop.stop()
    }
    #expect(throws: AudioIOError.empty(file: "pipe")) { try AudioReader(pipe, stop: stop) }
  }

  /// The values 1 and −0.5 in every PCM encoding.
  @Test(arguments: PCMEncoding.allCases) func rawEncodingsAreUnderstood(encoding: PCMEncoding) throws {
    func integer(_ value: Int, _ byteCount: Int, isBig: Bool) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.little(value, byteCount)
      return isBig ? bytes.reversed() : bytes
    }
    let half: [UInt8]
    let minusQuarter: [UInt8]
    switch encoding {
    case .u8: (half, minusQuarter) = ([192], [96])
    case .s8: (half, minusQuarter) = ([64], [0xE0])
    case .alaw: (half, minusQuarter) = ([0xA5], [0x35])
    case .mulaw: (half, minusQuarter) = ([0x8F], [0x1F])
    case .s16le, .s16be, .s24le, .s24be, .s32le, .s32be:
      let isBig = encoding.rawValue.hasSuffix("be")
      half = integer(1 << (8 * encoding.byteCount - 2), encoding.byteCount, isBig: isBig)
      minusQuarter = integer(-1 << (8 * encoding.byteCount - 3), encoding.byteCount, isBig: isBig)
    case .s24in32le:
      // The high byte may be anything.
      half = integer(1 << 22 | 0x55 << 24, 4, isBig: false)
      minusQuarter = integer(-1 << 21, 4, isBig: false)
    case .f32le, .f32be:
      half = integer(Int(Float(0.5).bitPattern), 4, isBig: encoding == .f32be)
      minusQuarter = integer(Int(Float(-0.25).bitPattern), 4, isBig: encoding == .f32be)
    case .f64le, .f64be:
      half = integer(Int(bitPattern: UInt(Double(0.5).bitPattern)), 8, isBig: encoding == .f64be)
      minusQuarter = integer(Int(bitPattern: UInt(Double(-0.25).bitPattern)), 8, isBig: encoding == .f64be)
    }
    let format = try RawAudioFormat(sampleRateHz: 8000, channelCount: 2, encoding: encoding)
    let pipe = FilledPipe(bytes: half + minusQuarter + half + minusQuarter)
    let audio = try AudioReader(pipe, raw: format).readAll()
    #expect(audio.sampleCount == 2)
    // Logarithmic codes have 4 bits of mantissa: the nearest code is within 2.2 % of full scale here.
    let tolerance: Float = encoding == .alaw || encoding == .mulaw ? 0.022 : 0
    for index in 0..<2 {
      #expect(abs(audio.channels[0][index] - 0.5) <= tolerance)
      #expect(abs(audio.channels[1][index] + 0.25) <= tolerance)
    }
  }

  @Test func partialRawFrameIsAnError() throws {
    let pipe = FilledPipe(bytes: [1, 2, 3, 4, 5])
    let reader = try AudioReader(pipe, raw: RawAudioFormat(parsing: "8000:1:s16le"))
    #expect(try reader.read(upTo: 100)?.sampleCount == 2)
    #expect(throws: AudioIOError.truncated(file: "pipe", atSample: 2, expectedSampleCount: nil)) {
      try reader.read(upTo: 100)
    }
  }

  @Test func rawFileCanBeReadTwice() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0, 64, 0, 32], to: "raw")
    let reader = try AudioReader(path: path, raw: RawAudioFormat(parsing: "8000:1:s16le"))
    #expect(reader.sampleCount == 2)
    #expect(try reader.readAll().channels == [[0.5, 0.25]])
    try reader.rewind()
    #expect(try reader.readAll().channels == [[0.5, 0.25]])
  }

  /// An endless stream gives its first samples at once, and its millionth sample in constant memory.
  @Test func readsAnEndlessStreamInConstantMemory() throws {
    let hasHeader = Mutex(false)
    let pipe = FilledPipe {
      let isFirst = hasHeader.withLock { value in
        defer { value = true }
        return !value
      }
      return Data(isFirst ? .wav(channelCount: 2, sampleRateHz: 48_000, data: []) : [UInt8](repeating: 1, count: 4000))
    }
    let reader = try AudioReader(pipe)
    while reader.samplePosition < 1_000_000 {
      let audio = try #require(try reader.read(upTo: 10_000))
      #expect(audio.channels[1][0] == Float(0x0101) / 32_768)
    }
  }

  @Test func readsAUFromAPipe() throws {
    var bytes: [UInt8] = []
    bytes.text(".snd")
    bytes += [0, 0, 0, 28, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3, 0, 0, 0x1F, 0x40, 0, 0, 0, 1, 0, 0, 0, 0]
    bytes += [0x40, 0x00, 0xE0, 0x00]
    let pipe = FilledPipe(bytes: bytes)
    let reader = try AudioReader(pipe)
    #expect(reader.sampleRateHz == 8000)
    #expect(try reader.readAll().channels == [[0.5, -0.25]])
  }

  @Test func readsRIFXAndRF64FromAPipe() throws {
    var long = [UInt8].wav(form: "RF64", data: [0, 64, 0, 32])
    long.insert(
      contentsOf: Array("ds64".utf8) + [28, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [4]
        + [UInt8](repeating: 0, count: 19), at: 12)
    let pipe = FilledPipe(bytes: long)
    let reader = try AudioReader(pipe)
    #expect(reader.estimatedSampleCount == 2)
    #expect(reader.formatDescription == "RF64, s16le")
    #expect(try reader.readAll().channels == [[0.5, 0.25]])
  }
}
