import AudioIO
import Foundation
import Signal
import Testing

@Suite struct SampleSpoolTests {
  @Test func returnsSamplesInAnyOrder() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/vampc-spool-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let spool = try SampleSpool(channelCount: 2, sampleRateHz: 8_000, temporaryFolder: folder)
    let left = (0..<10_000).map { Float($0) }
    let right = left.map { -$0 / 3 }
    for start in stride(from: 0, to: left.count, by: 3_000) {
      let range = start..<min(left.count, start + 3_000)
      try spool.append(AudioBuffer(channels: [Array(left[range]), Array(right[range])], sampleRateHz: 8_000))
      #expect(try spool.samples(in: 0..<1).channels == [[0], [0]])
    }
    try spool.append(AudioBuffer(emptyWithChannelCount: 2, sampleRateHz: 8_000))
    #expect(spool.sampleCount == 10_000)
    for range in [9_990..<10_000, 0..<10_000, 5..<5, 2_999..<6_001] {
      let audio = try spool.samples(in: range)
      #expect(audio.channels == [Array(left[range]), Array(right[range])])
    }
    // The temporary file has no name in the folder.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test func namesTheFolderThatIsMissing() {
    #expect {
      try SampleSpool(channelCount: 1, sampleRateHz: 8_000, temporaryFolder: "/nowhere/at/all")
    } throws: {
      "\($0)".hasPrefix("a temporary file in /nowhere/at/all: ")
    }
  }
}
