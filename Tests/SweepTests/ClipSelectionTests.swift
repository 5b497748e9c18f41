import AudioIO
import Foundation
import Signal
import Sweep
import Testing

@Suite struct ClipSelectionTests {
  /// Temporary folder that is removed after the test.
  private final class Folder {
    let path: String

    init() throws {
      path = FileManager.default.temporaryDirectory.appendingPathComponent("clips-\(UUID())").path
      try FileManager.default.createDirectory(atPath: path + "/sub", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a stereo file: the left channel counts samples in steps of 1e-6, the right channel is 0.
    func write(_ name: String, seconds: Double) throws {
      let count = Int(seconds * 8_000)
      let left = (0..<count).map { Float($0) * 1e-6 }
      let stereo = AudioBuffer(channels: [left, [Float](repeating: 0, count: count)], sampleRateHz: 8_000)
      try AudioWriter.write(stereo, asFloatWAV: path + "/" + name)
    }
  }

  private func clips(_ folder: Folder, _ settings: SweepDescription.Selection, limit: Int? = nil) throws -> [SweepClip]
  {
    let selection = try ClipSelection(folder: folder.path, settings: settings, limit: limit)
    return try selection.places.compactMap { try selection.read($0) }
  }

  @Test func cutsWhatItSays() throws {
    let folder = try Folder()
    try folder.write("long.wav", seconds: 30)
    try folder.write("sub/short.wav", seconds: 2)
    let found = try clips(folder, SweepDescription.Selection(seconds: 5, perFile: 3, seed: 7))
    #expect(found.map(\.facts.file) == ["long.wav", "long.wav", "long.wav", "sub/short.wav"])
    for (part, clip) in found.prefix(3).enumerated() {
      #expect(clip.audio.sampleCount == 40_000 && clip.audio.channelCount == 1)
      let start = Int((clip.facts.startSeconds * 8_000).rounded())
      #expect((part * 80_000...part * 80_000 + 40_000).contains(start))
      #expect(abs(clip.audio.channels[0][0] - Float(start) * 0.5e-6) < 1e-7)
    }
    #expect(found[3].facts.seconds == 2 && found[3].facts.name == "sub_short")
    #expect(Set(found.map(\.facts.name)).count == 4)
  }

  @Test func dependsOnTheSeedAlone() throws {
    let folder = try Folder()
    try folder.write("a.wav", seconds: 20)
    try folder.write("b.wav", seconds: 20)
    let first = try clips(folder, SweepDescription.Selection(seconds: 1, seed: 1)).map(\.facts)
    #expect(try clips(folder, SweepDescription.Selection(seconds: 1, seed: 1)).map(\.facts) == first)
    #expect(first[0].startSeconds != first[1].startSeconds)
    #expect(try clips(folder, SweepDescription.Selection(seconds: 1, seed: 2)).map(\.facts) != first)
  }

  @Test func spreadsALimitOverAllFiles() throws {
    let folder = try Folder()
    for name in ["a", "b", "c", "d", "e", "f"] { try folder.write(name + ".wav", seconds: 1) }
    let found = try clips(folder, SweepDescription.Selection(), limit: 3)
    #expect(found.map(\.facts.file) == ["a.wav", "c.wav", "e.wav"])
  }

  @Test func namesWithOneStemKeepTheirExtension() throws {
    let folder = try Folder()
    try folder.write("a.wav", seconds: 1)
    try folder.write("a.flac.wav", seconds: 1)
    try FileManager.default.copyItem(atPath: folder.path + "/a.wav", toPath: folder.path + "/a.wave")
    #expect(try clips(folder, SweepDescription.Selection()).map(\.facts.name) == ["a.flac", "a.wav", "a.wave"])
  }

  @Test func namesAreDistinctWhateverThePaths() throws {
    let folder = try Folder()
    let long = String(repeating: "x", count: 200)
    let files = [
      "sub/a.wav", "sub_a.wav", "sub/b.wav", "\(long)1.wav", "\(long)2.wav", "y.wav", "y.flac", "y.wav.flac",
    ]
    for name in files {
      try folder.write(name, seconds: 0.1)
    }
    let names = try clips(folder, SweepDescription.Selection()).map(\.facts.name)
    #expect(Set(names).count == files.count && names.contains("sub_b"), "\(names)")
    #expect(names.allSatisfy { $0.utf8.count < 200 && !$0.contains("/") })
  }

  @Test func passesOverTheResults() throws {
    let folder = try Folder()
    try folder.write("a.wav", seconds: 0.1)
    try folder.write("sub/b.wav", seconds: 0.1)
    let selection = try ClipSelection(
      folder: folder.path, settings: SweepDescription.Selection(), excluding: folder.path + "/sub")
    #expect(selection.places.map(\.file) == ["a.wav"])
  }

  @Test func rejectsFoldersWithoutAudio() throws {
    let folder = try Folder()
    #expect(throws: SweepError.noAudio(path: folder.path)) { try clips(folder, SweepDescription.Selection()) }
    #expect(throws: SweepError.self) { try ClipSelection(folder: "/nowhere", settings: SweepDescription.Selection()) }
  }
}
