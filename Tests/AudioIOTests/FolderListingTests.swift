import AudioIO
import Foundation
import TestSupport
import Testing

/// Extensions by which files in folders count as audio.
@Suite struct FolderListingTests {
  @Test func formatsOfTheProgramCountWhereItIsThere() throws {
    let folder = try TemporaryFolder()
    let read = ["a.wav", "b.FLAC", "c.mp3"]
    let throughProgram = ["d.m4a", "e.aac", "f.wv", "g.mka", "h.WMA", "i.ape", "j.tta", "k.ac3"]
    for name in read + throughProgram + ["notes.txt", "film.mp4", "cover.jpg"] { try folder.write([0], to: name) }
    let without = try FolderListing(
      of: folder.path, extensions: FolderListing.audioExtensions(ffmpegPath: nil))
    #expect(without.files == read)
    #expect(without.otherFileCount == throughProgram.count + 3)
    let with = try FolderListing(
      of: folder.path, extensions: FolderListing.audioExtensions(ffmpegPath: "/usr/bin/ffmpeg"))
    #expect(with.files == read + throughProgram)
    #expect(with.otherFileCount == 3)
  }
}
