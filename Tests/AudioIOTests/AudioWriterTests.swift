import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@Suite struct AudioWriterTests {
  private static func write(
    _ audio: AudioBuffer, to path: String, format: AudioSampleFormat, tags: [AudioTag] = []
  ) throws {
    let writer = try AudioWriter(
      path: path, sampleFormat: format, sampleRateHz: audio.sampleRateHz, channelCount: audio.channelCount, tags: tags)
    // Chunks of uneven length test the joints between them.
    var position = 0
    for size in [1, 0, 999] + [Int](repeating: 4097, count: audio.sampleCount / 4097 + 1) {
      let end = min(position + size, audio.sampleCount)
      try writer.write(audio.slice(position..<end))
      position = end
    }
    try writer.finish()
  }

  @Test(arguments: ["wav", "flac", "aiff", "w64", "au", "caf"], AudioSampleFormat.allCases)
  func losslessContainersRoundTrip(name: String, format: AudioSampleFormat) throws {
    let folder = try TemporaryFolder()
    let tolerance: Float =
      switch format {
      case .int16: 1.6 / 32_768  // TPDF dither of one step, and rounding
      case .int24: 0.5 / 8_388_608
      case .float32: 0
      }
    for channelCount in [1, 2, 3, 6, 8] {
      let audio = TestAudio.tones(channelCount: channelCount, count: 10_001)
      let path = folder.file("tone\(channelCount).\(name)")
      if name == "flac" && format == .float32 {
        #expect(throws: AudioIOError.self) { try Self.write(audio, to: path, format: format) }
        continue
      }
      try Self.write(audio, to: path, format: format)
      let reader = try AudioReader(path: path)
      #expect(reader.sampleRateHz == 44_100)
      #expect(reader.sampleCount == 10_001)
      #expect(TestAudio.largestDifference(try reader.readAll(), audio) <= tolerance, "\(channelCount) channels")
      try reader.rewind()
      #expect(TestAudio.largestDifference(try reader.readAll(), audio) <= tolerance, "second pass")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 6, 7, 8])
  func vorbisKeepsLengthAmplitudeAndChannelOrder(channelCount: Int) throws {
    let folder = try TemporaryFolder()
    // The tones are low enough for the LFE channel.
    let tone = (0..<24_011).map { Float(0.5 * sin(2 * Double.pi * 60 * Double($0) / 48_000)) }
    let audio = AudioBuffer(
      channels: (0..<channelCount).map { channel in tone.map { $0 * Float(channel + 1) / 8 } }, sampleRateHz: 48_000)
    let path = folder.file("tone.ogg")
    try Self.write(audio, to: path, format: .int16)
    let read = try AudioReader(path: path).readAll()
    #expect(read.sampleCount == 24_011)
    for (channel, samples) in read.channels.enumerated() {
      let level = sqrt(samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count))
      let expected = 0.5 / Float(2).squareRoot() * Float(channel + 1) / 8
      // Neighbouring channels differ by at least 12 %; libvorbis codes the LFE channel of 5.1 only roughly.
      let tolerance: Float = channelCount == 6 && channel == 3 ? 0.3 : 0.05
      #expect(abs(level - expected) < tolerance * expected, "channel \(channel)")
    }
  }

  @Test(arguments: ["wav", "flac", "ogg", "aiff", "caf"])
  func tagsRoundTrip(name: String) throws {
    let folder = try TemporaryFolder()
    let tags = [AudioTag(name: "title", value: "Größe"), AudioTag(name: "ARTIST", value: "vampc")]
    let path = folder.file("tagged.\(name)")
    try Self.write(TestAudio.tones(), to: path, format: .int16, tags: tags)
    let read = try AudioReader(path: path).tags
    #expect(read.contains(tags[0]))
    // libsndfile writes the author of an AIFF file but does not read it back.
    if name != "aiff" { #expect(read.contains(tags[1])) }
  }

  @Test func waveBecomesRF64BeyondTheLimit() throws {
    let folder = try TemporaryFolder()
    let audio = TestAudio.tones(channelCount: 2, count: 3001)
    let path = folder.file("long.wav")
    // 3001 stereo frames of 3 bytes each: 18 006 bytes of samples.
    for (limit, form) in [(30_000, "RIFF"), (18_000, "RF64")] {
      let writer = try AudioWriter(
        wavPath: path, riffByteCountLimit: limit, sampleFormat: .int24, sampleRateHz: 44_100, channelCount: 2)
      try writer.write(audio)
      try writer.finish()
      let bytes = try [UInt8](file: path)
      #expect(String(decoding: bytes[0..<4], as: UTF8.self) == form)
      #expect(String(decoding: bytes[12..<16], as: UTF8.self) == (form == "RF64" ? "ds64" : "JUNK"))
      if form == "RF64" {
        func long(_ offset: Int) -> Int { bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) } }
        #expect(long(20) == bytes.count - 8)
        #expect(long(28) == 18_006)
        #expect(long(36) == 3001)
      }
      let reader = try AudioReader(path: path)
      #expect(reader.sampleCount == 3001)
      #expect(TestAudio.largestDifference(try reader.readAll(), audio) < 1e-7)
    }
  }

  @Test func writesWaveIntoAPipe() throws {
    let pipe = Pipe()
    let audio = TestAudio.tones(channelCount: 2, count: 2000)
    // 8 kB of samples fit into the pipe's buffer.
    let writer = try AudioWriter(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "pipe", sampleRateHz: 44_100, channelCount: 2)
    try writer.write(audio)
    try writer.finish()
    try pipe.fileHandleForWriting.close()
    let bytes = Array(pipe.fileHandleForReading.readDataToEndOfFile())
    #expect(bytes[4..<8].allSatisfy { $0 == 0xFF })
    #expect(bytes[40..<44].allSatisfy { $0 == 0xFF })
    #expect(bytes.count == 44 + 8000)
    let back = FilledPipe(bytes: bytes)
    let reader = try AudioReader(back)
    #expect(reader.sampleCount == nil)
    #expect(TestAudio.largestDifference(try reader.readAll(), audio) < 1.6 / 32_768)
  }

  @Test func onlyWaveGoesIntoAPipe() {
    let pipe = Pipe()
    defer { withExtendedLifetime(pipe) {} }
    #expect(throws: AudioIOError.self) {
      try AudioWriter(
        descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "pipe", container: .flac, sampleRateHz: 44_100,
        channelCount: 2)
    }
  }

  @Test func fullDiskIsAnErrorWithTheSystemsReason() {
    #expect(throws: AudioIOError.writeFailed(file: "/dev/full", reason: "No space left on device")) {
      let writer = try AudioWriter(path: "/dev/full", container: .wav, sampleRateHz: 44_100, channelCount: 1)
      try writer.write(TestAudio.tones())
      try writer.finish()
    }
  }

  @Test func closedPipeIsAnErrorWithoutASignal() throws {
    let pipe = Pipe()
    defer { withExtendedLifetime(pipe) {} }
    try pipe.fileHandleForReading.close()
    #expect(throws: AudioIOError.readerGone(file: "pipe")) {
      let writer = try AudioWriter(
        descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "pipe", sampleRateHz: 44_100, channelCount: 1)
      try writer.write(TestAudio.tones())
      try writer.finish()
    }
  }

  @Test func refusesBeforeCreatingAFile() throws {
    let folder = try TemporaryFolder()
    #expect(throws: AudioIOError.self) {
      try AudioWriter(path: folder.file("nine.flac"), sampleRateHz: 44_100, channelCount: 9)
    }
    #expect(throws: AudioIOError.self) {
      try AudioWriter(path: folder.file("unknown.xyz"), sampleRateHz: 44_100, channelCount: 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(throws: AudioIOError.cannotOpen(file: "/nowhere/a.wav", reason: "No such file or directory")) {
      try AudioWriter(path: "/nowhere/a.wav", sampleRateHz: 44_100, channelCount: 1)
    }
  }

  @Test func clipsAtFullScale() throws {
    let folder = try TemporaryFolder()
    let audio = AudioBuffer(channels: [[2, -2, .nan, 1, -1, 0]], sampleRateHz: 8000)
    for format in [AudioSampleFormat.int16, .int24] {
      let path = folder.file("loud.wav")
      try Self.write(audio, to: path, format: format)
      let samples = try AudioReader(path: path).readAll().channels[0]
      #expect(samples[0] > 0.9999 && samples[1] == -1)
      #expect(samples[2] == 0 && samples[5] == 0)
      #expect(samples[3] > 0.9998 && samples[4] < -0.9998)
    }
  }

  /// Vorbis raises peaks by more than 1 dB. Limited in front of the coding, decoded audio is below full scale, between
  /// samples as well.
  @Test func decodedVorbisStaysBelowFullScale() throws {
    let folder = try TemporaryFolder()
    for (name, drive) in [("music.flac", 4), ("speech.flac", 16), ("noise", 4)] as [(String, Float)] {
      var audio =
        name == "noise"
        ? TestAudio.noise(channelCount: 2, count: 88_200)
        : try AudioReader(path: TestAudio.fixture(name)).readAll().slice(0..<132_300)
      for channel in audio.channels.indices {
        // No sound of speech or music reaches half the sample rate, as noise does.
        let samples = audio.channels[channel]
        audio.channels[channel] = zip(samples, [0] + samples).map { max(-1, min(1, ($0 + $1) / 2 * drive)) }
      }
      let path = folder.file("\(name).ogg")
      let writer = try AudioWriter(
        path: path, sampleRateHz: audio.sampleRateHz, channelCount: audio.channelCount)
      try writer.write(audio)
      try writer.finish()
      let decoded = try AudioReader(path: path).readAll()
      #expect(decoded.sampleCount == audio.sampleCount)
      let peak = try Resampler.resample(decoded, to: 4 * audio.sampleRateHz).samplePeak
      #expect(peak <= 1 && peak > 0.8, "\(name): \(peak)")
    }
  }

  @Test(arguments: ["wav", "flac", "ogg"]) func fileWithoutSamplesIsValid(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("nothing.\(name)")
    try AudioWriter(path: path, sampleRateHz: 44_100, channelCount: 1).finish()
    #expect(try AudioReader(path: path).readAll().sampleCount == 0)
  }
}
