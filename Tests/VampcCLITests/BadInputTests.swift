import Foundation
import ReferenceCases
import Testing

/// Bad input, bad outputs: one line that says it, the right status, nothing left behind, the source as it was.
@Suite struct BadInputTests {
  @Test(arguments: [("text", 65), ("nothing", 65), ("header of a wav", 65)])
  func encodingRefusesWhatIsNotAudio(kind: String, status: Int32) throws {
    let place = try Workplace()
    let content: [UInt8] =
      switch kind {
      case "text": Array(repeatElement("This is not audio. ", count: 100).joined().utf8)
      case "nothing": []
      default: Array(try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/one-hop.wav"))).prefix(44))
      }
    try place.write(content, to: "a.wav")
    try place.vampc("encode", "a.wav").expectError(status, "a.wav: ")
    #expect(try place.names() == ["a.wav"])
    #expect(try place.bytes("a.wav") == content)
  }

  /// Half a FLAC file: all whole frames of it, and the seconds that are missing.
  @Test func encodesWhatIsLeftOfACutFile() throws {
    let place = try Workplace()
    let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/speech.flac")))
    try place.write(whole.prefix(whole.count / 2), to: "a.flac")
    let result = try place.vampc("encode", "--rm", "a.flac")
    #expect(result.status == 2, "\(result)")
    let sampleCount = try place.info("a.vampc").int("sample_count")
    #expect(sampleCount % 4096 == 0 && (40_960...180_000).contains(sampleCount), "\(sampleCount)")
    let start = (Double(sampleCount) / 22_050 * 1000).rounded() / 1000
    #expect(
      result.errorLines == ["vampc: warning: a.flac: damaged: ends too early; lost from \(start) to 8.967 s"],
      "\(result)")
    try place.vampc("encode", "-f", "--strict", "-o", "b.vampc", "a.flac").expectError(65, "a.flac: ", "truncated")
    #expect(try place.names() == ["a.flac", "a.vampc"])
  }

  /// A wrong byte in the middle: the stream is as long as without it, and every command says where sound is lost.
  @Test func encodesAroundAWrongByte() throws {
    let place = try Workplace()
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/speech.flac"))))
    try place.write(bytes, to: "whole.flac")
    bytes[bytes.count / 2] ^= 0x10
    try place.write(bytes, to: "a.flac")
    let warning = "vampc: warning: a.flac: damaged: "
    let result = try place.vampc("encode", "a.flac")
    #expect(result.status == 2, "\(result)")
    #expect(result.errorLines.count == 1 && result.errors.hasPrefix(warning), "\(result)")
    #expect(result.errors.contains("; silence from ") && result.errors.hasSuffix(" s\n"), "\(result)")
    #expect(try place.info("a.vampc").int("sample_count") == 197_721)
    try place.vampc("encode", "-f", "--strict", "-o", "b.vampc", "a.flac").expectError(65, "a.flac: damaged at sample ")
    #expect(!place.exists("b.vampc"))
    for command in [
      ["archive", "append", "log.vampa"], ["measure", "whole.flac"], ["opus", "-b", "12k", "-o", "a.wav"],
      ["encode", "-q", "-b", "500", "-o", "c.vampc"],
    ] {
      let other = try place.start(command + ["a.flac"]).wait()
      #expect(other.status == 2 && other.errorLines.count == 1 && other.errors.hasPrefix(warning), "\(other)")
    }
    try place.vampc("archive", "append", "--strict", "--name", "b", "log.vampa", "a.flac")
      .expectError(65, "a.flac: damaged at sample ")
  }

  @Test(arguments: ["decode", "test", "info"], ["text", "nothing", "audio"])
  func refusesWhatIsNoStream(command: String, kind: String) throws {
    let place = try Workplace()
    let content: [UInt8] =
      switch kind {
      case "text": Array("This is not a stream.".utf8)
      case "nothing": []
      default: [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/one-hop.wav"))))
      }
    try place.write(content, to: "a.vampc")
    try place.vampc(command, "a.vampc").expectError(65, "a.vampc: ")
    #expect(try place.names() == ["a.vampc"])
    #expect(try place.bytes("a.vampc") == content)
  }

  @Test func decodesWhatIsLeftOfATruncatedStream() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "whole.vampc", "--latency", "2")
    let whole = try place.bytes("whole.vampc")
    try place.write(whole.prefix(whole.count / 2), to: "a.vampc")
    let before = try place.bytes("a.vampc")
    let decoded = try place.vampc("decode", "a.vampc")
    #expect(decoded.status == 2, "\(decoded)")
    #expect(decoded.errors.contains("vampc: warning: a.vampc: damaged: "), "\(decoded)")
    let sampleCount = try place.audio("a.wav").sampleCount
    #expect((44_100...98_861).contains(sampleCount))
    #expect(try place.bytes("a.vampc") == before)
    for command in [["decode", "--strict", "-o", "b.wav"], ["test"]] {
      try place.start(command + ["a.vampc"]).wait().expectError(65, "a.vampc: the input ends inside a record (byte ")
    }
    let info = try place.vampc("info", "--json", "a.vampc")
    #expect(info.status == 65)
    #expect(info.text.contains(#""sample_count": null"#), "\(info)")
    #expect(try place.names() == ["a.vampc", "a.wav", "whole.vampc"])
  }

  /// Time stays aligned: as many samples come back as without the damage.
  @Test func decodesAroundAFlippedByte() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc", "--latency", "2")
    var bytes = try place.bytes("a.vampc")
    bytes[bytes.count / 2] ^= 0x10
    try place.write(bytes, to: "a.vampc")
    let decoded = try place.vampc("decode", "a.vampc")
    #expect(decoded.status == 2, "\(decoded)")
    #expect(decoded.errorLines.count == 1, "\(decoded)")
    #expect(decoded.errors.contains("lost from ") && decoded.errors.contains(" s"), "\(decoded)")
    #expect(try place.audio("a.wav").sampleCount == 197_721)
    try place.vampc("decode", "--strict", "-f", "-o", "b.wav", "a.vampc").expectError(65, "a.vampc: checksum ")
    try place.vampc("test", "a.vampc").expectError(65, "a.vampc: checksum ")
    #expect(try place.names() == ["a.vampc", "a.wav"])
  }

  @Test func nothingLeftToDecodeLeavesNoFile() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "whole.vampc")
    var bytes = try place.bytes("whole.vampc")
    bytes[bytes.count / 2] ^= 1
    try place.write(bytes, to: "a.vampc")
    let decoded = try place.vampc("decode", "a.vampc")
    #expect(decoded.status == 65, "\(decoded)")
    #expect(decoded.errorLines.last?.hasPrefix("vampc: error: a.vampc: ") == true, "\(decoded)")
    #expect(try place.names() == ["a.vampc", "whole.vampc"])
  }

  @Test(arguments: ["/proc/a.vampc", "a.wav/b.vampc", "missing/folder/b.vampc", "locked/b.vampc"])
  func anUnwritableTargetIsTold(target: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    if target.hasPrefix("locked/") {
      // Root may write anywhere: for root a link leads to where nobody can.
      if getuid() == 0 {
        try FileManager.default.createSymbolicLink(atPath: place.path("locked"), withDestinationPath: "/proc")
      } else {
        try FileManager.default.createDirectory(
          atPath: place.path("locked"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
      }
    }
    let before = try place.bytes("a.wav")
    let names = try place.names()
    try place.vampc("encode", "-o", target, "a.wav").expectError(1, "\(target): cannot create: ")
    #expect(try place.names() == names)
    #expect(try place.bytes("a.wav") == before)
  }

  @Test func aFolderInTheWayIsTold() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try FileManager.default.createDirectory(atPath: place.path("a.vampc"), withIntermediateDirectories: false)
    try place.vampc("encode", "-f", "a.wav").expectError(1, "a.vampc: is a folder")
    #expect(try place.names() == ["a.vampc", "a.wav"])
  }

  @Test(arguments: ["a.wav", "./a.wav", "symbolic.wav", "hard.wav", "folder/../a.wav"])
  func theTargetIsNeverTheSource(target: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try FileManager.default.createDirectory(atPath: place.path("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: place.path("symbolic.wav"), withDestinationPath: "a.wav")
    try FileManager.default.linkItem(atPath: place.path("a.wav"), toPath: place.path("hard.wav"))
    let before = try place.bytes("a.wav")
    let names = try place.names()
    try place.vampc("encode", "-f", "-o", target, "a.wav").expectError(1, "\(target): is the input itself")
    let piped = try place.shell(#""$VAMPC" encode -f -o "# + target + #" - < a.wav"#)
    piped.expectError(1, "\(target): is the input itself")
    try place.vampc("opus", "-f", "-b", "12k", "-o", target, "a.wav").expectError(1, "is the input itself")
    #expect(try place.bytes("a.wav") == before)
    #expect(try place.names() == names)
  }

  /// The disk is a tmpfs in a mount namespace of the command's own, and with root's rights only there.
  @Test(arguments: [
    ("encode", "8k", "disk/a.vampc"), ("decode", "64k", "disk/a.wav"), ("decode", "64k", "disk/a.flac"),
  ])
  func aFullDiskIsTold(command: String, size: String, target: String) throws {
    let place = try Workplace()
    try place.take("audio/speech.flac", as: "a.flac")
    try place.encode("audio/speech.flac", as: "a.vampc")
    let source = command == "encode" ? "a.flac" : "a.vampc"
    let before = try place.bytes(source)
    try FileManager.default.createDirectory(atPath: place.path("disk"), withIntermediateDirectories: false)
    let namespace = getuid() == 0 ? "unshare -m" : "unshare -rm"
    let result = try place.shell(
      """
      \(namespace) sh -c '
        mount -t tmpfs -o size=\(size) none disk || exit 99
        "$VAMPC" \(command) -o \(target) \(source)
        status=$?
        ls -A disk > left
        exit $status'
      """)
    result.expectError(1, "\(target): write failed: No space left on device")
    #expect(try place.bytes("left") == [])
    #expect(try place.bytes(source) == before)
  }

  @Test func readingAFolderOrNothingIsTold() throws {
    let place = try Workplace()
    try place.vampc("encode", "missing.wav").expectError(1, "missing.wav: cannot open: No such file")
    try place.vampc("decode", "missing.vampc").expectError(1, "missing.vampc: cannot open: No such file")
    try place.vampc("info", "missing.vampc").expectError(1, "missing.vampc: cannot open: No such file")
    try place.vampc("test", ".").expectError(1, ".: ", "s a directory")
    #expect(try place.names() == [])
  }

  /// What a file says must not steer the terminal.
  @Test func namesAndTagsAreShownWithoutControlCharacters() throws {
    let place = try Workplace()
    let name = "a\u{1B}[2Jb\nc.vampc"
    try place.write([1], to: name)
    let result = try place.vampc("test", name)
    result.expectError(65)
    #expect(!result.errors.contains("\u{1B}"))
  }
}
