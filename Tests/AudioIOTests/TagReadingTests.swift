import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// Vorbis comments of FLAC and Ogg Vorbis, and the choice of tags that are kept.
@Suite struct TagReadingTests {
  private static let music = [
    "TITLE=Kyrie", "artist=A", "Artist=B", "ALBUM ARTIST=Various", "COMPOSER=Bach", "DISCNUMBER=2", "DISCTOTAL=3",
    "COMMENT=a=b",
  ]
  private static let musicTags = [
    ("TITLE", "Kyrie"), ("ARTIST", "A"), ("ARTIST", "B"), ("ALBUMARTIST", "Various"), ("COMPOSER", "Bach"),
    ("DISCNUMBER", "2"), ("DISCTOTAL", "3"), ("COMMENT", "a=b"),
  ].map { AudioTag(name: $0.0, value: $0.1) }
  private static let unwanted = [
    "ENCODER=Lavf", "ENCODER_OPTIONS=-b 64", "SOFTWARE=x", "REPLAYGAIN_TRACK_GAIN=-3 dB", "R128_TRACK_GAIN=-1000",
    "LYRICS=la la", "METADATA_BLOCK_PICTURE=AAAA", "COVERART=AAAA", "MUSICBRAINZ_TRACKID=1", "CUESHEET=FILE",
  ]

  private func reader(_ bytes: [UInt8]) throws -> AudioReader {
    try AudioReader(FilledPipe(bytes: bytes))
  }

  private func tags(_ bytes: [UInt8]) throws -> [AudioTag] { try reader(bytes).tags }

  @Test(arguments: [true, false]) func allTagsOfTheRecordingAreRead(isFlac: Bool) throws {
    let comments = TaggedAudio.comments(Self.unwanted + Self.music + ["TITLE=Kyrie", "GENRE=", "no name", "=x"])
    let reader = try reader(isFlac ? TaggedAudio.flac(comments) : TaggedAudio.vorbis(comments))
    #expect(reader.tags == Self.musicTags)
    #expect(try reader.readAll().sampleCount == 5_000)
  }

  /// Pictures in Ogg make the comment header longer than a page; later pages continue it.
  @Test func tagsBehindAPictureAreRead() throws {
    let picture = "METADATA_BLOCK_PICTURE=" + String(repeating: "A", count: 200_000)
    #expect(try tags(TaggedAudio.vorbis(TaggedAudio.comments([picture] + Self.music))) == Self.musicTags)
    #expect(try tags(TaggedAudio.flac(TaggedAudio.comments([picture] + Self.music))) == Self.musicTags)
  }

  /// A tag of FLAC may name other loudspeakers than the usual ones (RFC 9639, section 8.6.2).
  @Test(
    arguments: [
      ("0x60F", SpeakerLayout(channelMask: 0x60F, channelCount: 6)), ("0x0", nil), ("junk", .usual(channelCount: 6)),
    ] as [(String, SpeakerLayout?)])
  func flacMayNameItsLoudspeakers(mask: String, layout: SpeakerLayout?) throws {
    let comments = TaggedAudio.comments(["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=" + mask])
    let reader = try reader(TaggedAudio.flac(comments, channelCount: 6))
    #expect(reader.speakerLayout == layout && reader.tags.isEmpty)
  }

  @Test func theSourceEncoderIsNoTagOfWav() throws {
    let folder = try TemporaryFolder()
    let writer = try AudioWriter(
      path: folder.file("a.wav"), sampleRateHz: 8_000, channelCount: 1,
      tags: [AudioTag(name: "TITLE", value: "Kyrie"), AudioTag(name: "SOFTWARE", value: "x")])
    try writer.write(TestAudio.tones(sampleRateHz: 8_000))
    try writer.finish()
    #expect(try AudioReader(path: folder.file("a.wav")).tags == [AudioTag(name: "TITLE", value: "Kyrie")])
  }
}
