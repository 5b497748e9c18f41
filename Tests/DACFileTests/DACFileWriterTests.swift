import DACFile
import Testing
import Tokens

@Suite struct DACFileWriterTests {
  @Test func readsBackWhatItWrites() throws {
    for name in try DACFileFixtures.names("valid") {
      let recording = try DACFileFixtures.recording("valid/\(name)")
      #expect(try DACFileReader().read(DACFileWriter().bytes(of: recording)) == recording, "\(name)")
    }
  }

  @Test func extremesAreReadBack() throws {
    for (frames, length) in [(0, 0), (1, 1 << 40)] {
      let recording = DACRecording(
        channels: (0..<5).map { _ in
          TokenGrid(codebookCount: 2, frameCount: frames, tokens: [UInt16](repeating: 65_535, count: 2 * frames))
        }, inputLoudnessLUFS: -70, originalSampleCount: length, sampleRateHz: 192_000, windowFrameCount: 1,
        isPadded: false)
      let bytes = DACFileWriter().bytes(of: recording)
      #expect(try DACFileReader().read(bytes) == recording)
      // The pickle begins at the offset of NumPy's own files.
      #expect(bytes[127] == UInt8(ascii: "\n") && bytes[128] == 0x80)
    }
  }
}
