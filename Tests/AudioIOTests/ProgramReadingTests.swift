import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

/// Formats that a program decodes, with a stand-in for it: a script that writes what the program would.
@Suite struct ProgramReadingTests {
  private static func reader(
    _ bytes: [UInt8], script: String, stopsAtDamage: Bool = false
  ) throws -> (TemporaryFolder, AudioReader) {
    let folder = try TemporaryFolder()
    let wav = [UInt8].wav(data: [0, 64, 0, 32])
    try folder.write(wav, to: "sound.wav")
    let program = try folder.write("#!/bin/sh\n\(script)\n".utf8, to: "ffmpeg")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let path = try folder.write(bytes, to: "a.m4a")
    return (folder, try AudioReader(path: path, stopsAtDamage: stopsAtDamage, ffmpegPath: program))
  }

  private static let other: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 1, 2, 3]

  /// WAV holds fewer tags than other formats: they come from a list of their own.
  @Test func allTagsAreRead() throws {
    let list = #"""
      ;FFMETADATA1
      title=T
      artist=A1\;A2
      ALBUM_ARTIST=x\=y
      Album=two\
      lines
      composer=C
      disc=2/3
      track=1
      encoder=Lavf
      [CHAPTER]
      title=not this
      """#
    let (folder, reader) = try Self.reader(
      Self.other,
      script: "case \"$*\" in *ffmetadata*) cat <<'END'\n\(list)\nEND\n;; *) cat \"$(dirname \"$0\")/sound.wav\";; esac"
    )
    defer { withExtendedLifetime(folder) {} }
    let expected = [
      ("TITLE", "T"), ("ARTIST", "A1;A2"), ("ALBUMARTIST", "x=y"), ("ALBUM", "two\nlines"), ("COMPOSER", "C"),
      ("DISCNUMBER", "2/3"), ("TRACKNUMBER", "1"),
    ].map { AudioTag(name: $0.0, value: $0.1) }
    #expect(reader.tags == expected)
    #expect(try reader.readAll().channels == [[0.5, 0.25]])
  }

  /// A complaint of the program has no known place in the recording: the program writes messages before the samples.
  @Test func damageOfUnknownPlaceNamesNone() throws {
    let script = "echo '[aac @ 0x5] bad packet.' >&2; cat \"$(dirname \"$0\")/sound.wav\""
    let (folder, reader) = try Self.reader(Self.other, script: script)
    defer { withExtendedLifetime(folder) {} }
    #expect(try reader.readAll().sampleCount == 2)
    #expect(reader.damages.map(\.description) == ["damaged: ffmpeg: bad packet"])
    let (strictFolder, strict) = try Self.reader(Self.other, script: script, stopsAtDamage: true)
    defer { withExtendedLifetime(strictFolder) {} }
    #expect(
      throws: AudioIOError.damaged(file: strict.name, atSample: nil, reason: "ffmpeg: bad packet")
    ) { try strict.readAll() }
  }

  /// The first block of WavPack states the length, which the program does not reach.
  @Test func lossAtTheEndOfWavPackIsCounted() throws {
    let block = Array("wvpk".utf8) + [24, 0, 0, 0, 0x10, 4, 0, 0] + [10, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
    let sound = "cat \"$(dirname \"$0\")/sound.wav\""
    let (folder, reader) = try Self.reader(block, script: "echo 'bad block' >&2; " + sound)
    defer { withExtendedLifetime(folder) {} }
    #expect(try reader.readAll().sampleCount == 2)
    let damage = try #require(reader.damages.first)
    #expect(damage.isCutOff && damage.samplePosition == 2 && damage.sampleCount == 8)
    let (intactFolder, intact) = try Self.reader(block, script: sound)
    defer { withExtendedLifetime(intactFolder) {} }
    #expect(try intact.readAll().sampleCount == 2)
    #expect(intact.damages.isEmpty)
  }

  /// Silence goes in place of missing packets by their time stamps, which AVI does not have.
  @Test(arguments: [true, false]) func programFillsHolesByTimeStamps(isAVI: Bool) throws {
    let bytes = isAVI ? Array("RIFF".utf8) + [1, 2, 3, 4] + Array("AVI LIST".utf8) : Self.other
    let (folder, reader) = try Self.reader(
      bytes, script: "f=$(dirname \"$0\"); printf '%s\\n' \"$@\" >>\"$f/arguments\"; cat \"$f/sound.wav\"")
    #expect(try reader.readAll().sampleCount == 2)
    #expect(try folder.text("arguments").contains("-af\naresample=async=1\n") == !isAVI)
  }
}
