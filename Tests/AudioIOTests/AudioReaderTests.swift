import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@Suite struct AudioReaderTests {
  @Test func readsOpusWithGranulesAheadOfPackets() throws {
    let sound = try AudioReader(path: TestAudio.fixture("tone.opus")).readAll()
    let ahead = try AudioReader(path: TestAudio.fixture("tone-granules-ahead.opus"))
    let samples = try ahead.readAll()
    #expect(samples.sampleCount == 192_000)
    #expect(samples == sound)
    #expect(ahead.sampleRateHz == 48_000)
    try ahead.rewind()
    #expect(try ahead.readAll() == samples)
  }

  @Test func opusTagsAreRead() throws {
    let tags = try AudioReader(path: TestAudio.fixture("tone.opus")).tags
    #expect(tags.contains(AudioTag(name: "TITLE", value: "Two tönes")))
    #expect(tags.contains(AudioTag(name: "MOOD", value: "steady")))
  }

  @Test func surroundOpusComesInWaveOrder() throws {
    let audio = try AudioReader(path: TestAudio.fixture("six-channels.opus")).readAll()
    #expect(audio.sampleCount == 48_000)
    for (channel, samples) in audio.channels.enumerated() {
      let level = sqrt(samples[4800..<43_200].reduce(0) { $0 + $1 * $1 } / 38_400) * Float(2).squareRoot()
      #expect(abs(level - 0.1 * Float(channel + 1)) < 0.02, "channel \(channel)")
    }
  }

  @Test func lengthOfMP3IsExact() throws {
    let stated = try AudioReader(path: TestAudio.fixture("tone.mp3"))
    #expect(stated.sampleCount == 44_100)
    #expect(try stated.readAll().sampleCount == 44_100)
    #expect(stated.tags.contains(AudioTag(name: "TITLE", value: "Two tönes")))
    let counted = try AudioReader(path: TestAudio.fixture("tone-without-length.mp3"))
    // 44 100 samples and the padding of encoder and decoder, in frames of 1 152.
    #expect(counted.sampleCount == 40 * 1152)
    #expect(try counted.readAll().sampleCount == 40 * 1152)
  }

  @Test func readsCompressedFormatsFromAPipe() throws {
    for name in ["tone.opus", "tone.mp3", "tone-adpcm.wav"] {
      let file = try AudioReader(path: TestAudio.fixture(name)).readAll()
      let pipe = FilledPipe(bytes: try [UInt8](file: TestAudio.fixture(name)))
      let reader = try AudioReader(pipe)
      #expect(reader.isSeekable == !name.hasSuffix("mp3"))
      #expect(try reader.readAll() == file, "\(name)")
    }
  }

  @Test func readsAllLinksOfChainedOgg() throws {
    let folder = try TemporaryFolder()
    let vorbis = folder.file("one.ogg")
    let writer = try AudioWriter(path: vorbis, sampleRateHz: 44_100, channelCount: 2)
    try writer.write(TestAudio.tones(channelCount: 2, count: 20_000))
    try writer.finish()
    for (path, count) in [(vorbis, 20_000), (TestAudio.fixture("tone.opus"), 192_000)] {
      let once = try [UInt8](file: path)
      let twice = try AudioReader(path: folder.write(once + once, to: "twice"))
      #expect(twice.sampleCount == nil)
      #expect(try twice.readAll().sampleCount == 2 * count)
      try twice.rewind()
      #expect(try twice.readAll().sampleCount == 2 * count)
    }
    let mixed =
      try [UInt8](file: TestAudio.fixture("tone.opus")) + [UInt8](file: TestAudio.fixture("six-channels.opus"))
    #expect {
      try AudioReader(path: folder.write(mixed, to: "mixed")).readAll()
    } throws: { "\($0)".contains("2 channels at 48000 Hz to 6 at 48000 Hz at sample 192000") }
  }

  /// Each format cut at 60 % gives all samples before the cut, then an error.
  @Test(arguments: ["wav", "flac", "ogg", "aiff", "w64", "au", "caf", "opus", "mp3"])
  func truncationIsNoticed(name: String) throws {
    let folder = try TemporaryFolder()
    var path = folder.file("whole.\(name)")
    if name == "opus" || name == "mp3" {
      path = TestAudio.fixture("tone.\(name)")
    } else {
      let writer = try AudioWriter(path: path, sampleRateHz: 44_100, channelCount: 2)
      try writer.write(TestAudio.noise(channelCount: 2, count: 150_000))
      try writer.finish()
    }
    let bytes = try [UInt8](file: path)
    for percent in [0.6, 0.95] {
      let cut = try folder.write(Array(bytes.prefix(Int(Double(bytes.count) * percent) + 1)), to: "cut")
      var count = 0
      var failure: AudioIOError?
      do {
        let reader = try AudioReader(path: cut)
        while let audio = try reader.read(upTo: 1000) { count += audio.sampleCount }
      } catch let error as AudioIOError {
        failure = error
      }
      switch failure {
      case .truncated(let file, let sample, _):
        #expect(file == cut)
        #expect(sample == count)
        #expect(count > 0)
      case .otherFormat(_, "a CAF file", _?, _) where name == "caf": break  // libsndfile refuses the file at once
      default: Issue.record("\(name) at \(percent): \(String(describing: failure)) after \(count) samples")
      }
    }
  }

  @Test func damagedOggPageIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("whole.ogg")
    let writer = try AudioWriter(path: path, sampleRateHz: 44_100, channelCount: 1)
    // Noise makes a file of many pages.
    try writer.write(TestAudio.noise(count: 200_000))
    try writer.finish()
    var bytes = try [UInt8](file: path)
    bytes[bytes.count * 3 / 4] ^= 0x10
    let damaged = try AudioReader(path: folder.write(bytes, to: "damaged.ogg"))
    var count = 0
    #expect {
      while let audio = try damaged.read(upTo: 4096) { count += audio.sampleCount }
    } throws: { error in
      guard case .damaged(_, let sample, let reason) = error as? AudioIOError else { return false }
      return sample == count && count > 50_000 && count < 150_000 && reason.contains("checksum")
    }
  }

  @Test func nonFiniteSamplesBecomeZeroAndAreCounted() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("odd.wav")
    let writer = try AudioWriter(path: path, sampleFormat: .float32, sampleRateHz: 8000, channelCount: 2)
    try writer.write(AudioBuffer(channels: [[0.5, .nan, 0.25], [.infinity, -0.5, -.infinity]], sampleRateHz: 8000))
    try writer.finish()
    let reader = try AudioReader(path: path)
    #expect(try reader.readAll().channels == [[0.5, 0, 0.25], [0, -0.5, 0]])
    #expect(reader.nonFiniteSampleCount == 3)
    try reader.rewind()
    #expect(reader.nonFiniteSampleCount == 0)
  }

  @Test func refusesOtherFiles() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("these are notes, not music\n".utf8), to: "notes.wav")
    let empty = try folder.write([], to: "empty.wav")
    #expect(throws: AudioIOError.otherFormat(file: text, format: "text", reason: nil, mayHoldSound: false)) {
      try AudioReader(path: text)
    }
    #expect(throws: AudioIOError.empty(file: empty)) { try AudioReader(path: empty) }
    #expect(throws: AudioIOError.empty(file: empty)) {
      try AudioReader(path: empty, raw: RawAudioFormat(parsing: "8000:1:u8"))
    }
    #expect(throws: AudioIOError.isDirectory(file: folder.path)) { try AudioReader(path: folder.path) }
    #expect(throws: AudioIOError.cannotOpen(file: "/nowhere", reason: "No such file or directory")) {
      try AudioReader(path: "/nowhere")
    }
  }

  /// Headers cut or changed at any byte give an error or audio, never a trap.
  @Test func brokenHeadersNeverTrap() throws {
    let folder = try TemporaryFolder()
    let formats = ["wav", "w64", "au", "ogg", "flac", "aiff", "caf"]
    for name in formats {
      let path = folder.file("whole.\(name)")
      let writer = try AudioWriter(path: path, sampleRateHz: 8000, channelCount: 3)
      try writer.write(TestAudio.tones(channelCount: 3, sampleRateHz: 8000, count: 50))
      try writer.finish()
      let bytes = try [UInt8](file: path)
      for index in 0..<min(bytes.count, 200) {
        for value: UInt8 in [0x00, 0xFF, bytes[index] ^ 0x80] {
          var broken = bytes
          broken[index] = value
          let file = try folder.write(broken, to: "broken")
          _ = try? AudioReader(path: file).read(upTo: 100)
        }
        _ = try? AudioReader(path: folder.write(Array(bytes.prefix(index)), to: "short")).read(upTo: 100)
      }
    }
  }
}
