import Foundation
import ReferenceCases
import Testing

/// Formats that only ffmpeg reads, with a stand-in for it, so that the tests do not depend on what is installed.
@Suite struct FFmpegTests {
  /// Workplace with a file of an unknown format, and a program `ffmpeg` that alone is on the path.
  private func prepared(_ script: String?) throws -> Workplace {
    let place = try Workplace()
    try place.write([3, 0, 1, 0xFA, 2, 0xF0], to: "a.m4a")
    try place.take("audio/edge/one-hop.wav", as: "sound.wav")
    guard let script else { return place }
    try place.write("#!/bin/sh\nPATH=/usr/bin:/bin\n\(script)\n".utf8, to: "bin/ffmpeg")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path("bin/ffmpeg"))
    return place
  }

  private func encode(_ place: Workplace, _ arguments: String..., input: String = "/dev/null") throws -> ChildResult {
    try place.start(
      ["encode", "-o", "a.vampc"] + arguments, input: input, environment: ["PATH": place.path("bin")]
    ).wait()
  }

  /// The program gets the open file as descriptor 3, whatever its name, and is asked for neither a shell nor a network.
  @Test func readsThroughTheProgram() throws {
    let place = try prepared(
      #"printf '%s\n' "$@" >> arguments; cmp -s /proc/self/fd/3 a.m4a || exit 9; cat sound.wav"#)
    let result = try encode(place, "a.m4a")
    #expect(result.status == 0, "\(result)")
    #expect(result.errorLines == ["vampc: a.m4a: read through ffmpeg"], "\(result)")
    #expect(try place.info("a.vampc").int("sample_count") == 768)
    let arguments = String(decoding: try place.bytes("arguments"), as: UTF8.self)
    for part in ["-nostdin\n", "-protocol_whitelist\nfile,pipe\n", "-i\nfile:/proc/self/fd/3\n", "-f\nwav\npipe:1\n"] {
      #expect(arguments.contains(part), "\(arguments)")
    }
    try encode(place, "-q", "-f", "a.m4a").expectSuccess()
    // A pipe is copied first.
    let piped = try encode(place, "-f", "-", input: place.path("a.m4a"))
    #expect(piped.status == 0, "\(piped)")
    #expect(try place.info("a.vampc").int("sample_count") == 768)
  }

  @Test func showsWhatTheProgramSays() throws {
    let place = try prepared("echo '[mov,mp4,m4a @ 0x55d991d995c0] moov atom not found' >&2; exit 1")
    let result = try encode(place, "a.m4a")
    result.expectError(65, "a.m4a: not an audio file that can be read; ffmpeg: moov atom not found")
    #expect(result.errors.contains("hint: samples without a header need --raw"), "\(result)")
    #expect(!place.exists("a.vampc"))
  }

  /// Whatever the name, nobody takes a text for samples without a header.
  @Test func textIsNoRawAudio() throws {
    let place = try prepared("echo 'Invalid data' >&2; exit 1")
    try place.write("notes".utf8, to: "b.m4a")
    let result = try encode(place, "b.m4a")
    result.expectError(65, "b.m4a: not an audio file that can be read: text; ffmpeg: Invalid data")
    #expect(!result.errors.contains("--raw"), "\(result)")
  }

  /// Samples that ffmpeg writes before it fails are encoded.
  @Test func goesOnWhereTheProgramGivesUp() throws {
    let place = try prepared("cat sound.wav; echo 'broken packet' >&2; exit 1")
    let result = try encode(place, "-q", "a.m4a")
    #expect(result.status == 2, "\(result)")
    #expect(
      result.errorLines == ["vampc: warning: a.m4a: damaged: ffmpeg: broken packet; it ends after 0.017 s"],
      "\(result)")
    #expect(try place.info("a.vampc").int("sample_count") == 768)
    try encode(place, "-q", "-f", "--strict", "a.m4a")
      .expectError(65, "a.m4a: damaged at sample 768: ffmpeg: broken packet")
  }

  @Test func namesThePipeWithoutTheProgram() throws {
    let place = try prepared(nil)
    let result = try encode(place, "a.m4a")
    result.expectError(65, "a.m4a: not an audio file that can be read: ")
    #expect(result.errors.contains("ffmpeg -i FILE -f wav - | vampc encode - -o OUTPUT"), "\(result)")
  }

  @Test func aStreamIsNoInputOfEncode() throws {
    let place = try prepared("echo 'not called' >&2; exit 1")
    try place.encode("audio/edge/one-hop.wav", as: "b.vampc")
    let result = try encode(place, "b.vampc")
    result.expectError(65, "b.vampc: a vampc stream, not audio")
    #expect(result.errors.contains("hint: vampc decode makes audio of it"), "\(result)")
  }
}
