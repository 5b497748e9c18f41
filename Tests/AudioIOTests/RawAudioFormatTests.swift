import AudioIO
import Testing

@Suite struct RawAudioFormatTests {
  @Test func readsRateChannelsAndFormat() throws {
    let format = try RawAudioFormat(parsing: "48000:2:s16le")
    #expect(format.sampleRateHz == 48_000)
    #expect(format.channelCount == 2)
    #expect(format.encoding == .s16le)
    #expect(format.description == "48000:2:s16le")
    #expect(try RawAudioFormat(parsing: "8000:1:F32LE").encoding == .f32le)
  }

  @Test(arguments: [
    "", "48000", "48000:2", "48000:2:s16le:x", "x:2:s16le", "0:2:s16le", "48000:0:s16le", "48000:2:s17",
  ])
  func refusesInvalidFormats(text: String) {
    #expect(throws: AudioIOError.self) { try RawAudioFormat(parsing: text) }
  }

  @Test func errorListsTheFormats() {
    do {
      _ = try RawAudioFormat(parsing: "48000:2:mp3")
      Issue.record("mp3 is no raw format")
    } catch {
      for encoding in PCMEncoding.allCases { #expect("\(error)".contains(encoding.rawValue)) }
    }
  }
}
